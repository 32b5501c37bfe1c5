/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "rmm/dev.h"
#include "smc/smc.h"

const struct pdev *pdev_at(const struct rmmsim *sim, const struct granule *granule)
{
	return mem_r(sim->mem, mem_pa(sim->mem, granule));
}

struct pdev *pdev_edit(struct rmmsim *sim, struct granule *granule)
{
	return mem_w(sim->mem, mem_pa(sim->mem, granule));
}

const struct vdev *vdev_at(const struct rmmsim *sim, const struct granule *granule)
{
	return mem_r(sim->mem, mem_pa(sim->mem, granule));
}

struct vdev *vdev_edit(struct rmmsim *sim, struct granule *granule)
{
	return mem_w(sim->mem, mem_pa(sim->mem, granule));
}

struct spdm_requester *pdev_requester(struct rmmsim *sim, const struct pdev *pdev)
{
	return mem_w(sim->mem, pdev->aux[0]);
}

/* --- all objects of a kind ------------------------------------------------------------------------- */

struct search {
	const struct rmmsim *sim;
	const struct granule *except;
	bool (*pdev)(const struct pdev *pdev, const void *argument);
	bool (*vdev)(const struct rmmsim *sim, const struct vdev *vdev, const void *argument);
	const void *argument;
	bool found;
};

static void visit(void *context, struct granule *granule)
{
	struct search *s = context;

	if (s->found || granule == s->except)
		return;
	if (s->pdev && granule->state == GRANULE_PDEV)
		s->found = s->pdev(pdev_at(s->sim, granule), s->argument);
	if (s->vdev && granule->state == GRANULE_VDEV)
		s->found = s->vdev(s->sim, vdev_at(s->sim, granule), s->argument);
}

bool pdev_any(const struct rmmsim *sim, const struct granule *except,
	      bool (*matches)(const struct pdev *pdev, const void *argument), const void *argument)
{
	struct search s = {sim, except, matches, NULL, argument, false};

	mem_each(sim->mem, visit, &s);
	return s.found;
}

bool vdev_any(const struct rmmsim *sim,
	      bool (*matches)(const struct rmmsim *sim, const struct vdev *vdev,
			      const void *argument),
	      const void *argument)
{
	struct search s = {sim, NULL, NULL, matches, argument, false};

	mem_each(sim->mem, visit, &s);
	return s.found;
}

/* --- digests and nonces ---------------------------------------------------------------------------- */

void dev_object_digest(const struct dev_object *object, uint8_t digest[64])
{
	memset(digest, 0, 64);
	if (object->size)
		digest_value(&object->digest, digest);
}

void dev_object_add(struct dev_object *object, uint32_t hash_algo, const void *data, size_t size)
{
	if (object->size == 0)
		digest_start(&object->digest,
			     hash_algo == RMI_HASH_SHA_512 ? HASH_SHA_512 : HASH_SHA_256);
	digest_add(&object->digest, data, size);
	object->size += (uint32_t)size;
}

bool dev_object_valid(const struct dev_object *object)
{
	return object->digest.kind <= HASH_SHA_512;
}

bool dev_call_waits(uint32_t command)
{
	return command == RSI_VDEV_GET_INFO || command == RSI_VDEV_DMA_ENABLE ||
	       command == RSI_VDEV_DMA_DISABLE || command == RSI_VDEV_VALIDATE_MAPPING ||
	       command == RSI_RDEV_GET_INSTANCE_ID;
}

uint64_t dev_nonce(const struct rmmsim *sim, uint64_t previous)
{
	uint64_t nonce;

	crypto_fill("device nonce", sim->config.seed, sim->calls, (uint8_t *)&nonce, sizeof(nonce));
	return nonce == previous || nonce == 0 ? nonce + 1 : nonce;
}
