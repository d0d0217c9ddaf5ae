#include "model/returned.h"

const char *
return_class_name(enum return_class weight)
{
	static const char *const names[RETURN_CLASSES] = {
		[RETURN_HARD] = "hard",
		[RETURN_SOFT] = "soft",
		[RETURN_TEMPORARY] = "temporary",
		[RETURN_COMPLAINT] = "complaint",
	};

	return names[weight];
}
