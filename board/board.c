/* SPDX-License-Identifier: BSD-3-Clause */
#include "board/board.h"

#include <stdlib.h>

#include "board/finisher.h"
#include "board/vgic.h"
#include "board/pl011.h"
#include "board/pl031.h"
#include "board/scratch.h"
#include "board/virtio_devices.h"

#define CTL_ENABLE  UINT64_C(1)
#define CTL_IMASK   UINT64_C(2)
#define CTL_ISTATUS UINT64_C(4)

/* ISS of a trapped system register: CRm 4:1, Op2 19:17 */
#define ISS_CRM(esr) ((esr) >> 1 & 0xf)
#define ISS_OP2(esr) ((esr) >> 17 & 7)
#define SGI1R_CRM    11
#define SGI1R_OP2    5
#define SGI0R_OP2    7

struct board {
	struct board_config config;
	struct bus bus;
	struct vgic *gic;
	struct pl011 uart;
	struct pl031 rtc;
	struct finisher finisher;
	struct scratch scratch;
	struct virtio virtio[BOARD_MAX_VIRTIO];
	struct virtio *virtio_console; /* NULL: none */
	struct virtio_rng rng;
	uint64_t deadline[GIC_MAX_CPUS]; /* of the timers */
};

unsigned int board_virtio_count(const struct board_config *config)
{
	return config->disk_count + config->rng + config->virtio_console;
}

static void add_virtio(struct board *board)
{
	const struct board_config *c = &board->config;
	struct virtio *next = board->virtio;

	for (unsigned int i = 0; i < c->disk_count; i++)
		virtio_disk_init(next++, c->memory, &c->disks[i]);
	if (c->rng)
		virtio_rng_init(next++, c->memory, &board->rng, c->seed);
	if (c->virtio_console) {
		board->virtio_console = next;
		virtio_console_init(next++, c->memory, c->console);
	}
	for (struct virtio *v = board->virtio; v < next; v++)
		bus_add(&board->bus, BOARD_VIRTIO + VIRTIO_SIZE * (uint64_t)(v - board->virtio),
			VIRTIO_SIZE, virtio_access, v);
}

static void add_devices(struct board *board)
{
	struct bus *bus = &board->bus;

	bus_add(bus, BOARD_GICD, GICD_SIZE, vgic_access_dist, board->gic);
	bus_add(bus, BOARD_GICR, GICR_SIZE * board->config.cpus, vgic_access_redist, board->gic);
	bus_add(bus, BOARD_UART, PL011_SIZE, pl011_access, &board->uart);
	bus_add(bus, BOARD_RTC, PL031_SIZE, pl031_access, &board->rtc);
	bus_add(bus, BOARD_END, FINISHER_SIZE, finisher_access, &board->finisher);
	bus_add(bus, BOARD_SCRATCH, SCRATCH_SIZE, scratch_access, &board->scratch);
	add_virtio(board);
}

struct board *board_create(const struct board_config *config)
{
	struct board *board = calloc(1, sizeof(*board));

	if (!board)
		return NULL;
	board->config = *config;
	board->gic = vgic_create(config->cpus, config->mpidr);
	if (!board->gic) {
		free(board);
		return NULL;
	}
	if (config->open_interrupts)
		vgic_open(board->gic);
	pl011_init(&board->uart, console_send, config->console);
	pl031_init(&board->rtc, config->epoch);
	add_devices(board);
	for (unsigned int n = 0; n < config->cpus; n++)
		board->deadline[n] = UINT64_MAX;
	return board;
}

void board_destroy(struct board *board)
{
	if (!board)
		return;
	vgic_destroy(board->gic);
	free(board);
}

/* --- lines --------------------------------------------------------------------------------------- */

static void update_lines(struct board *board)
{
	vgic_set_spi(board->gic, BOARD_SPI_UART, pl011_line(&board->uart));
	vgic_set_spi(board->gic, BOARD_SPI_RTC, pl031_line(&board->rtc));
	for (unsigned int i = 0; i < board_virtio_count(&board->config); i++)
		vgic_set_spi(board->gic, BOARD_SPI_VIRTIO + i, virtio_line(&board->virtio[i]));
}

static void look_at_timer(struct board *board, unsigned int cpu, unsigned int ppi, uint64_t ctl,
			  uint64_t cval)
{
	const bool counts = (ctl & (CTL_ENABLE | CTL_IMASK)) == CTL_ENABLE;

	vgic_set_ppi(board->gic, cpu, ppi, counts && (ctl & CTL_ISTATUS));
	if (counts && !(ctl & CTL_ISTATUS) && cval < board->deadline[cpu])
		board->deadline[cpu] = cval;
}

bool board_access(struct board *board, struct bus_access *access)
{
	const bool done = bus_do(&board->bus, access);

	update_lines(board);
	return done;
}

bool board_has(const struct board *board, uint64_t offset)
{
	return bus_has(&board->bus, offset);
}

bool board_ended(const struct board *board, int *status)
{
	*status = board->finisher.status;
	return board->finisher.asked;
}

/* --- RECs ------------------------------------------------------------------------------------------ */

void board_enter(struct board *board, unsigned int cpu, struct rmi_rec_enter *enter)
{
	vgic_load(board->gic, cpu, enter);
}

void board_exit(struct board *board, unsigned int cpu, const struct rmi_rec_enter *enter,
		const struct rmi_rec_exit *exit)
{
	vgic_save(board->gic, cpu, enter, exit);
	board->deadline[cpu] = UINT64_MAX;
	look_at_timer(board, cpu, BOARD_PPI_VIRTUAL, exit->cntv_ctl, exit->cntv_cval);
	look_at_timer(board, cpu, BOARD_PPI_PHYSICAL, exit->cntp_ctl, exit->cntp_cval);
}

void board_send_sgi(struct board *board, unsigned int cpu, uint64_t esr, uint64_t value)
{
	const uint64_t op2 = ISS_OP2(esr);

	/* ICC_DIR_EL1 traps only if the Host asks for it. */
	if (ISS_CRM(esr) == SGI1R_CRM && op2 >= SGI1R_OP2 && op2 <= SGI0R_OP2)
		vgic_send_sgi(board->gic, cpu, value, op2 == SGI1R_OP2);
}

void board_reset_cpu(struct board *board, unsigned int cpu)
{
	vgic_reset_cpu(board->gic, cpu);
	board->deadline[cpu] = UINT64_MAX;
}

/* --- time -------------------------------------------------------------------------------------------- */

void board_poll(struct board *board, uint64_t ticks)
{
	uint8_t bytes[PL011_FIFO];
	const unsigned int room = pl011_listens(&board->uart);

	pl031_tick(&board->rtc, ticks / board->config.frequency);
	if (board->virtio_console && virtio_console_listens(board->virtio_console))
		virtio_console_poll(board->virtio_console);
	else if (room)
		pl011_receive(&board->uart, bytes,
			      console_take(board->config.console, bytes, room));
	update_lines(board);
}

bool board_wakes(const struct board *board, unsigned int cpu)
{
	return vgic_wakes(board->gic, cpu);
}

uint64_t board_deadline(const struct board *board, unsigned int cpu)
{
	const uint64_t alarm = pl031_deadline(&board->rtc);
	const uint64_t ticks = alarm == UINT64_MAX ? UINT64_MAX : alarm * board->config.frequency;

	return ticks < board->deadline[cpu] ? ticks : board->deadline[cpu];
}
