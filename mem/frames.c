/* SPDX-License-Identifier: BSD-3-Clause */
/* <execinfo.h> is glibc's; the unwinder below it comes with every compiler. */
#include "mem/frames.h"

#ifdef RMMSIM_HAVE_UNWINDER

#include <unwind.h>

struct frames {
	void **at;
	size_t size, count;
};

static _Unwind_Reason_Code take(struct _Unwind_Context *context, void *argument)
{
	struct frames *frames = argument;

	if (frames->count == frames->size)
		return _URC_END_OF_STACK;
	frames->at[frames->count] = (void *)_Unwind_GetIP(context);
	if (!frames->at[frames->count])
		return _URC_END_OF_STACK;
	frames->count++;
	return _URC_NO_REASON;
}

size_t frames_take(void **frames, size_t size)
{
	struct frames f = {.at = frames, .size = size};

	_Unwind_Backtrace(take, &f);
	return f.count;
}

#else

size_t frames_take(void **frames, size_t size)
{
	(void)frames;
	(void)size;
	return 0;
}

#endif

void frames_prepare(void)
{
	void *frame;

	frames_take(&frame, 1);
}
