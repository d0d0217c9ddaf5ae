/*
 * Files into dispatches: which are translations of one another, and who is the
 * original. Private to the folder source.
 *
 *  1. Files of one path but for the language ("x.md", "x.tr.md", "x/index.md")
 *     are one dispatch, and so are files of one `id:` in several languages.
 *  2. `translation_of:` names the original by its id or path.
 *  3. The original is the file without a language in its name, else the one in
 *     the list's language, else the first.
 *  4. Of two files in one language the second is broken.
 *  5. A translation never goes out without its broken original: what holds it
 *     back (a draft, an embargo) may stand there.
 */
#ifndef SOURCE_GROUP_H
#define SOURCE_GROUP_H

#include "source/article.h"

/*
 * Appends the dispatches of the articles, which are in the order of their
 * paths, to `out`. All is in out's arena.
 */
void group_articles(const struct article_reader *reader,
	struct article *articles, size_t count, struct dispatches *out);

#endif
