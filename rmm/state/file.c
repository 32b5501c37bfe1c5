/* SPDX-License-Identifier: BSD-3-Clause */
/* Saved states in files. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rmmsim/snapshot.h>

#include "mem/config.h"

static bool write_file(const char *path, const void *data, size_t size)
{
	FILE *file = fopen(path, "wb");
	bool good;
	int reason;

	if (!file)
		return false;
	good = fwrite(data, 1, size, file) == size;
	reason = errno;
	if (fclose(file) != 0 && good) {
		good = false;
		reason = errno;
	}
	if (!good)
		remove(path);
	errno = reason;
	return good;
}

enum rmmsim_status rmmsim_save(struct rmmsim *sim, const char *path, struct rmmsim_error *error)
{
	enum rmmsim_status status;
	size_t size = 0;
	void *data;

	if (error)
		*error = (struct rmmsim_error){.status = RMMSIM_OK};
	if (!path)
		return mem_error(error, RMMSIM_ERR_ARGUMENT, "path is NULL");
	status = rmmsim_save_data(sim, &data, &size);
	if (status != RMMSIM_OK)
		return mem_error(error, status, "%s", rmmsim_status_text(status));
	if (!write_file(path, data, size))
		status = mem_error(error, RMMSIM_ERR_FILE, "%.180s: %s", path, strerror(errno));
	free(data);
	return status;
}

static bool read_all(FILE *file, uint8_t **data, size_t *size)
{
	size_t capacity = 0, n;

	*data = NULL;
	*size = 0;
	do {
		if (*size == capacity) {
			void *more = realloc(*data, capacity = capacity * 2 + 65536);

			if (!more)
				return false;
			*data = more;
		}
		n = fread(*data + *size, 1, capacity - *size, file);
		*size += n;
	} while (n);
	return !ferror(file);
}

enum rmmsim_status rmmsim_load(const char *path, const struct rmmsim_config *base,
			       struct rmmsim **sim, struct rmmsim_error *error)
{
	enum rmmsim_status status;
	uint8_t *data = NULL;
	size_t size;
	FILE *file;

	if (!path || !sim)
		return mem_error(error, RMMSIM_ERR_ARGUMENT, "path or sim is NULL");
	*sim = NULL;
	file = fopen(path, "rb");
	if (!file)
		return mem_error(error, RMMSIM_ERR_FILE, "%.180s: %s", path, strerror(errno));
	if (read_all(file, &data, &size))
		status = rmmsim_load_data(data, size, base, sim, error);
	else
		status = mem_error(error, RMMSIM_ERR_FILE, "%.180s: %s", path, strerror(errno));
	fclose(file);
	free(data);
	return status;
}
