/*
 * The templates that the Makefile names as EMBEDDED, one EMBED("name") for each,
 * built into the program, so that it runs where no site has its own. The
 * assembler reads the files and lays out the table; the paths are those of the
 * source tree, where the compiler runs.
 *
 *     embedded_files:  name start end | name start end | ... | 0 0 0
 */
#include <string.h>

#include "render/template_files.h"

#ifndef EMBEDDED /* analysers compile without the Makefile */
#define EMBEDDED ""
#endif

#define EMBED(name)                           \
	".pushsection .rodata\n"              \
	"1: .asciz \"" name "\"\n"            \
	"2: .incbin \"templates/" name "\"\n" \
	"3: .byte 0\n"                        \
	".popsection\n"                       \
	".dc.a 1b, 2b, 3b\n"

__asm__(".pushsection .data.rel.ro, \"aw\"\n"
	".balign 16\n"
	"embedded_files:\n" EMBEDDED ".dc.a 0, 0, 0\n"
	".popsection\n");

extern const struct embedded_file {
	const char *name, *start, *end;
} embedded_files[];

bool
embedded_find(const char *name, struct span *out)
{
	for (const struct embedded_file *f = embedded_files; f->name; f++)
		if (strcmp(f->name, name) == 0) {
			*out = (struct span){
				f->start, (size_t)(f->end - f->start)};
			return true;
		}
	return false;
}

const char *
embedded_name(size_t i)
{
	for (const struct embedded_file *f = embedded_files; f->name; f++)
		if (i-- == 0)
			return f->name;
	return NULL;
}
