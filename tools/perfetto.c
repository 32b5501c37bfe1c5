/* SPDX-License-Identifier: BSD-3-Clause */
#include "tools/perfetto.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MICROSECOND 1000
#define SEQUENCE_ID 1

/* Numbers of fields in Perfetto's messages. */
enum {
	TRACE_PACKET = 1,
	PACKET_TIMESTAMP = 8,
	PACKET_SEQUENCE_ID = 10,
	PACKET_TRACK_EVENT = 11,
	PACKET_SEQUENCE_FLAGS = 13,
	PACKET_TRACK_DESCRIPTOR = 60,
	DESCRIPTOR_UUID = 1,
	DESCRIPTOR_NAME = 2,
	DESCRIPTOR_COUNTER = 8,
	EVENT_ANNOTATION = 4,
	EVENT_TYPE = 9,
	EVENT_TRACK = 11,
	EVENT_NAME = 23,
	EVENT_COUNTER = 30,
	EVENT_FLOW = 47,
	ANNOTATION_STRING = 6,
	ANNOTATION_NAME = 10,
};

enum event_type { SLICE_BEGIN = 1, SLICE_END = 2, COUNTER = 4 };

/* Tracks have any numbers that differ. */
#define TRACK_PE      UINT64_C(1)
#define TRACK_COUNTER UINT64_C(0x1000)
#define TRACK_REC     (UINT64_C(1) << 60)

#define MAX_STEPS 4096
#define MAX_TEXT  400

struct step {
	int plane;
	char text[96];
};

struct perfetto {
	FILE *out;
	bool failed;
	uint64_t now; /* nanoseconds */
	bool pes[256];
	unsigned int counters;
	int64_t counted[REPORT_STATES];
	uint64_t *recs;
	size_t rec_count;
	size_t step_count;
	struct step steps[MAX_STEPS];
};

/* --- protobuf -------------------------------------------------------------------------------------- */

struct message {
	size_t size;
	uint8_t bytes[4 * MAX_TEXT];
};

static void put_varint(struct message *message, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		message->bytes[message->size++] = (uint8_t)(value | 0x80);
	message->bytes[message->size++] = (uint8_t)value;
}

enum wire { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2 };

static void put_tag(struct message *message, unsigned int field, enum wire wire)
{
	put_varint(message, (uint64_t)field << 3 | wire);
}

static void put_number(struct message *message, unsigned int field, uint64_t value)
{
	put_tag(message, field, WIRE_VARINT);
	put_varint(message, value);
}

static void put_fixed(struct message *message, unsigned int field, uint64_t value)
{
	put_tag(message, field, WIRE_FIXED64);
	for (unsigned int i = 0; i < 8; i++)
		message->bytes[message->size++] = (uint8_t)(value >> 8 * i);
}

static void put_bytes(struct message *message, unsigned int field, const void *bytes, size_t size)
{
	put_tag(message, field, WIRE_BYTES);
	put_varint(message, size);
	memcpy(message->bytes + message->size, bytes, size);
	message->size += size;
}

static void put_text(struct message *message, unsigned int field, const char *text)
{
	put_bytes(message, field, text, strnlen(text, MAX_TEXT));
}

static void put_packet(struct perfetto *perfetto, uint64_t time, unsigned int field,
		       const struct message *content)
{
	struct message packet = {0}, head = {0};

	put_number(&packet, PACKET_TIMESTAMP, time);
	put_number(&packet, PACKET_SEQUENCE_ID, SEQUENCE_ID);
	put_bytes(&packet, field, content->bytes, content->size);
	put_tag(&head, TRACE_PACKET, WIRE_BYTES);
	put_varint(&head, packet.size);
	fwrite(head.bytes, 1, head.size, perfetto->out);
	fwrite(packet.bytes, 1, packet.size, perfetto->out);
}

/* --- tracks ---------------------------------------------------------------------------------------- */

static void put_track(struct perfetto *perfetto, uint64_t track, const char *name, bool counter)
{
	struct message descriptor = {0};

	put_number(&descriptor, DESCRIPTOR_UUID, track);
	put_text(&descriptor, DESCRIPTOR_NAME, name);
	if (counter)
		put_bytes(&descriptor, DESCRIPTOR_COUNTER, "", 0);
	put_packet(perfetto, perfetto->now, PACKET_TRACK_DESCRIPTOR, &descriptor);
}

static uint64_t track_of_pe(struct perfetto *perfetto, unsigned int pe)
{
	char name[16];

	if (!perfetto->pes[pe % 256]) {
		snprintf(name, sizeof(name), "PE %u", pe);
		put_track(perfetto, TRACK_PE + pe, name, false);
	}
	perfetto->pes[pe % 256] = true;
	return TRACK_PE + pe;
}

static uint64_t track_of_rec(struct perfetto *perfetto, uint64_t rec)
{
	uint64_t *larger;
	char name[32];

	for (size_t i = 0; i < perfetto->rec_count; i++) {
		if (perfetto->recs[i] == rec)
			return TRACK_REC | rec;
	}
	larger = realloc(perfetto->recs, (perfetto->rec_count + 1) * sizeof(*larger));
	if (!larger) {
		perfetto->failed = true;
		return TRACK_REC | rec;
	}
	perfetto->recs = larger;
	perfetto->recs[perfetto->rec_count++] = rec;
	snprintf(name, sizeof(name), "REC 0x%" PRIx64, rec);
	put_track(perfetto, TRACK_REC | rec, name, false);
	return TRACK_REC | rec;
}

/* --- events ---------------------------------------------------------------------------------------- */

static void put_annotation(struct message *event, const char *name, const char *text)
{
	struct message annotation = {0};

	put_text(&annotation, ANNOTATION_NAME, name);
	put_text(&annotation, ANNOTATION_STRING, text);
	put_bytes(event, EVENT_ANNOTATION, annotation.bytes, annotation.size);
}

static void begin_event(struct message *event, enum event_type type, uint64_t track)
{
	*event = (struct message){0};
	put_number(event, EVENT_TYPE, type);
	put_number(event, EVENT_TRACK, track);
}

static void put_begin(struct perfetto *perfetto, uint64_t track, uint64_t time, const char *name)
{
	struct message event;

	begin_event(&event, SLICE_BEGIN, track);
	put_text(&event, EVENT_NAME, name);
	put_packet(perfetto, time, PACKET_TRACK_EVENT, &event);
}

static void put_end(struct perfetto *perfetto, uint64_t track, uint64_t time)
{
	struct message event;

	begin_event(&event, SLICE_END, track);
	put_packet(perfetto, time, PACKET_TRACK_EVENT, &event);
}

/* What the Realm did, below the planes that had control. */
static void put_steps(struct perfetto *perfetto, uint64_t track)
{
	uint64_t time = perfetto->now;
	char name[24];

	for (size_t i = 0; i < perfetto->step_count; i++, time += MICROSECOND) {
		const struct step *step = &perfetto->steps[i];

		if (i == 0 || step[-1].plane != step->plane) {
			snprintf(name, sizeof(name), "plane %d", step->plane);
			put_begin(perfetto, track, time, name);
		}
		put_begin(perfetto, track, time, step->text);
		put_end(perfetto, track, time + MICROSECOND);
		if (i + 1 == perfetto->step_count || step[1].plane != step->plane)
			put_end(perfetto, track, time + MICROSECOND);
	}
	perfetto->step_count = 0;
}

static void put_counts(struct perfetto *perfetto, const struct report_count *counts)
{
	for (unsigned int i = 0; i < REPORT_STATES && counts[i].state; i++) {
		const uint64_t track = TRACK_COUNTER + i;
		struct message event;

		if (i == perfetto->counters) {
			put_track(perfetto, track, counts[i].state, true);
			perfetto->counters++;
		} else if (perfetto->counted[i] == counts[i].count) {
			continue;
		}
		perfetto->counted[i] = counts[i].count;
		begin_event(&event, COUNTER, track);
		put_number(&event, EVENT_COUNTER, (uint64_t)counts[i].count);
		put_packet(perfetto, perfetto->now, PACKET_TRACK_EVENT, &event);
	}
}

/* The flow of a call leads to those that it makes the monitor refuse. */
static void put_call(struct perfetto *perfetto, uint64_t track, const struct report_call *call,
		     const char *text, const char *result)
{
	struct message event;

	begin_event(&event, SLICE_BEGIN, track);
	put_text(&event, EVENT_NAME, text);
	put_annotation(&event, "result", result);
	if (call->why)
		put_annotation(&event, "why", call->why);
	put_fixed(&event, EVENT_FLOW, call->number + 1);
	if (call->since_known && call->since != call->number)
		put_fixed(&event, EVENT_FLOW, call->since + 1);
	put_packet(perfetto, perfetto->now, PACKET_TRACK_EVENT, &event);
}

void perfetto_step(struct perfetto *perfetto, int plane, const char *text)
{
	struct step *step = &perfetto->steps[perfetto->step_count];

	if (perfetto->step_count == MAX_STEPS)
		return;
	perfetto->step_count++;
	step->plane = plane;
	snprintf(step->text, sizeof(step->text), "%s", text);
}

void perfetto_call(struct perfetto *perfetto, const struct report_call *call, const char *text,
		   const char *result, const struct report_count *counts)
{
	const uint64_t track = track_of_pe(perfetto, call->pe);
	const uint64_t duration = MICROSECOND * (1 + perfetto->step_count);

	put_call(perfetto, track, call, text, result);
	if (perfetto->step_count)
		put_steps(perfetto, track_of_rec(perfetto, call->x[1]));
	perfetto->now += duration;
	put_end(perfetto, track, perfetto->now);
	put_counts(perfetto, counts);
}

struct perfetto *perfetto_open(FILE *out)
{
	struct perfetto *perfetto = calloc(1, sizeof(*perfetto));
	static const uint8_t start[] = {
		TRACE_PACKET << 3 | WIRE_BYTES, 4, PACKET_SEQUENCE_ID << 3, SEQUENCE_ID,
		PACKET_SEQUENCE_FLAGS << 3,     1 /* what came before is not needed */};

	if (!perfetto)
		return NULL;
	perfetto->out = out;
	fwrite(start, 1, sizeof(start), out);
	return perfetto;
}

bool perfetto_close(struct perfetto *perfetto)
{
	const bool done = !perfetto->failed;

	free(perfetto->recs);
	free(perfetto);
	return done;
}
