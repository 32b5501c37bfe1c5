/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>

#include <rmmsim/unicorn.h>

int main(void)
{
	struct rmmsim_unicorn *engine = NULL;
	struct rmmsim *sim = NULL;
	struct rmmsim_config config;
	void *context;

	rmmsim_config_init(&config);
	if (rmmsim_create(&config, &sim, NULL) != RMMSIM_OK ||
	    rmmsim_unicorn_create(sim, NULL, &engine, NULL) != RMMSIM_OK)
		return 1;
	if (rmmsim_engine(sim, &context) && context)
		printf("rmmsim %s answers\n", rmmsim_version());
	rmmsim_destroy(sim);
	rmmsim_unicorn_destroy(engine);
	return 0;
}
