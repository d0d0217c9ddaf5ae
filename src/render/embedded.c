/*
 * The templates of templates/digest, built into the program, so that it runs
 * where no site has its own. The assembler reads the files; the paths are those
 * of the source tree, where the compiler runs.
 */
#include <string.h>

#include "render/template_files.h"

#define EMBED(symbol, path)                               \
	__asm__(".section .rodata\n"                      \
		"embedded_" #symbol ":\n"                 \
		".incbin \"templates/digest/" path "\"\n" \
		"embedded_" #symbol "_end:\n"             \
		".byte 0\n"                               \
		".previous\n");                           \
	extern const char embedded_##symbol[], embedded_##symbol##_end[]

EMBED(subject, "subject.mustache");
EMBED(preheader, "preheader.mustache");
EMBED(html, "html.mustache");
EMBED(text, "text.mustache");
EMBED(entry_html, "entry_html.mustache");
EMBED(entry_text, "entry_text.mustache");
EMBED(style, "style.css");
EMBED(head_text, "head_text.mustache");
EMBED(item_text, "item_text.mustache");
EMBED(titles_text, "titles_text.mustache");
EMBED(foot_text, "foot_text.mustache");
EMBED(english, "strings/en.yaml");
EMBED(turkish, "strings/tr.yaml");

#define EMBEDDED(symbol, path)                                   \
	{                                                        \
		path, embedded_##symbol, embedded_##symbol##_end \
	}

static const struct {
	const char *name, *start, *end;
} files[] = {
	EMBEDDED(subject, "subject.mustache"),
	EMBEDDED(preheader, "preheader.mustache"),
	EMBEDDED(html, "html.mustache"),
	EMBEDDED(text, "text.mustache"),
	EMBEDDED(entry_html, "entry_html.mustache"),
	EMBEDDED(entry_text, "entry_text.mustache"),
	EMBEDDED(style, "style.css"),
	EMBEDDED(head_text, "head_text.mustache"),
	EMBEDDED(item_text, "item_text.mustache"),
	EMBEDDED(titles_text, "titles_text.mustache"),
	EMBEDDED(foot_text, "foot_text.mustache"),
	EMBEDDED(english, "strings/en.yaml"),
	EMBEDDED(turkish, "strings/tr.yaml"),
};

bool
embedded_find(const char *name, struct span *out)
{
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		if (strcmp(files[i].name, name) == 0) {
			*out = (struct span){files[i].start,
				(size_t)(files[i].end - files[i].start)};
			return true;
		}
	return false;
}

const char *
embedded_name(size_t i)
{
	return i < sizeof files / sizeof *files ? files[i].name : NULL;
}
