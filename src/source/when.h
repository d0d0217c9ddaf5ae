/*
 * Dates as people and site generators write them in front matter.
 */
#ifndef SOURCE_WHEN_H
#define SOURCE_WHEN_H

#include "base/date.h"

enum when_reading {
	WHEN_NONE, /* it is no date */
	WHEN_CLEAR,
	WHEN_GUESSED /* the date is clear, something behind it is not; or its
			month lacks that day: "2017-02-29" is 1 March */
};

/*
 * Everything of date_parse_iso() and date_parse_mail(), "9 March 2024", "March
 * 9, 2024", and "09.03.2024" (day first: dots are never written month first).
 * "03/09/2024" is a riddle, and no date.
 */
enum when_reading when_read(struct span text, struct date_read *out);

#endif
