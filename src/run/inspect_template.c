#include "run/inspect.h"

#include "base/file.h"
#include "base/json.h"
#include "render/render.h"

enum { DATA_LIMIT = 16 * 1024 * 1024 };

struct value *
inspect_template(const struct inspection *in, struct error *err)
{
	struct str json = STR_INIT, out = STR_INIT;
	struct value *data, *result = NULL;

	if (!in->extra) {
		error_set(err, ERROR_USAGE,
			"inspect template: say FILE and DATA.json");
		return NULL;
	}
	if (!file_read(in->extra, DATA_LIMIT, &json, err))
		goto out;
	data = json_parse(in->arena, in->extra, str_span(&json), err);
	if (data && render_file(in->path, in->bytes, data, &out, err))
		result = value_new_span(in->arena, str_span(&out));
out:
	str_clear(&json);
	str_clear(&out);
	return result;
}
