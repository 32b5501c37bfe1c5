/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "trace/log/call.h"

#define NO                        \
	{                         \
		LOG_UNKNOWN, 0, 0 \
	}
#define ALL(in, out)                    \
	{                               \
		LOG_PRINTS_ALL, in, out \
	}
#define BAD(in, out)                    \
	{                               \
		LOG_PRINTS_BAD, in, out \
	}
#define NONE(in, out)                    \
	{                                \
		LOG_PRINTS_NONE, in, out \
	}
#define SHAPE(interface, name, command, ...) {SMC_##interface, #name, command, {__VA_ARGS__}},

static const struct log_shape shapes[] = {
#include "trace/log/shapes.def"
};

const struct log_shape *log_shape_find(enum smc_interface interface, const char *name,
				       size_t length)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		if (shapes[i].interface == interface && strlen(shapes[i].name) == length &&
		    !memcmp(shapes[i].name, name, length))
			return &shapes[i];
	}
	return NULL;
}

const char *log_release_name(enum log_release release)
{
	static const char *const names[LOG_RELEASES] = {
		"TF-RMM v0.5.0", "TF-RMM v0.6.0", "TF-RMM v0.7.0",
		"TF-RMM v0.8.0", "TF-RMM v0.9.0", "TF-RMM after v0.9.0",
	};

	return names[release];
}
