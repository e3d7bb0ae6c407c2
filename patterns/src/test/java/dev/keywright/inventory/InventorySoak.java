package dev.keywright.inventory;

import dev.keywright.Keywright;
import dev.keywright.server.Cluster;
import dev.keywright.server.Redis;
import dev.keywright.server.Standalone;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Processes trade 10,000 orders over and over and are killed with {@code -9} at random, in the middle of whatever they do. All the time
 * sold, held and free are sampled and must be the total. In the end holds run out, and an audit compares the counts with all
 * reservations and with the whole journal; no order and no delivery may have had its effect twice. Then all that is free is reserved, which
 * must be what was not sold, to the unit. Arguments: minutes (1), processes
 * (3), {@code standalone} or {@code cluster}.
 */
final class InventorySoak {

    private static final PrintStream OUT =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    private static final Map<String, Long> TOTALS =
            Map.of(InventoryChild.PLENTY, 1_000_000L, InventoryChild.RARE, 1_000L);
    private static final List<String> PRODUCTS =
            List.of(InventoryChild.PLENTY, InventoryChild.RARE, InventoryChild.SMALL);

    private final Inventory shop;
    private final String uri;
    private final int cells;
    private final Process[] processes;
    private final Random random = new Random(1);
    private int kills;
    private int samples;
    private int wrong;

    private InventorySoak(Inventory shop, String uri, int cells, int processes) {
        this.shop = shop;
        this.uri = uri;
        this.cells = cells;
        this.processes = new Process[processes];
    }

    public static void main(String[] arguments) throws Exception {
        double minutes = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 1;
        int processes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        boolean cluster = arguments.length > 2 && arguments[2].equals("cluster");
        int cells = cluster ? 6 : 1;
        try (Redis redis = cluster ? Cluster.start(3) : Standalone.start();
                Keywright kw = Keywright.connect(redis.uri())) {
            Inventory shop = kw.inventory("soak", InventoryChild.options(cells).withDeadline(Duration.ofSeconds(10)));
            TOTALS.forEach((product, total) -> shop.restock("all of " + product, product, total));
            InventorySoak soak = new InventorySoak(shop, redis.uri(), cells, processes);
            try {
                soak.run((long) (minutes * 60_000_000_000L));
            } finally {
                soak.end();
            }
            OUT.println(soak.audit());
        }
    }

    private void start(int seat) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx96m",
                "-cp",
                ManagementFactory.getRuntimeMXBean().getClassPath(),
                InventoryChild.class.getName(),
                uri,
                Integer.toString(cells),
                Long.toString(random.nextLong()));
        processes[seat] = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private void run(long nanos) throws IOException, InterruptedException {
        for (int seat = 0; seat < processes.length; seat++) {
            start(seat);
        }
        long start = System.nanoTime();
        long nextKill = start;
        while (System.nanoTime() - start < nanos) {
            sample();
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
            if (System.nanoTime() - nextKill > 0) {
                nextKill = System.nanoTime()
                        + Duration.ofMillis(1_000 + random.nextInt(2_000)).toNanos();
                int seat = random.nextInt(processes.length);
                if (processes[seat].getInputStream().available() > 0) { // it trades
                    processes[seat].destroyForcibly().waitFor();
                    kills++;
                    start(seat);
                }
            }
        }
    }

    private void sample() {
        for (Stock stock : shop.stocks(TOTALS.keySet())) {
            samples++;
            boolean right = stock.total() == TOTALS.get(stock.product())
                    && stock.unaccounted() == 0
                    && stock.free() >= 0
                    && stock.held() >= 0
                    && stock.sold() >= 0;
            wrong += right ? 0 : 1;
            if (!right) {
                OUT.println("WRONG " + stock);
            }
        }
    }

    private void end() throws InterruptedException {
        for (Process process : processes) {
            if (process != null) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private String audit() {
        boolean over;
        do {
            long unused = shop.sweep();
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            over = shop.stocks(PRODUCTS).stream().allMatch(stock -> stock.held() == 0);
        } while (!over);
        sample();
        for (int delivery = 0; delivery < InventoryChild.DELIVERIES; delivery++) {
            shop.restock("delivery " + delivery, InventoryChild.SMALL, 1);
        }
        Map<String, Long> sold = new HashMap<>();
        Map<Reservation.State, Integer> states = new EnumMap<>(Reservation.State.class);
        for (int order = 0; order < InventoryChild.ORDERS; order++) {
            shop.find("order " + order).ifPresent(found -> {
                states.merge(found.state(), 1, Integer::sum);
                if (found.state() == Reservation.State.CONFIRMED) {
                    found.basket().quantities().forEach((product, units) -> sold.merge(product, units, Long::sum));
                }
            });
        }
        Journal journal = new Journal();
        for (int cell = 0; cell < cells; cell++) {
            journal.read(cell);
        }
        int differing = 0;
        for (Stock stock : shop.stocks(PRODUCTS)) {
            boolean same = stock.sold() == sold.getOrDefault(stock.product(), 0L)
                    && stock.sold() == journal.sold.getOrDefault(stock.product(), 0L)
                    && stock.free() == journal.free.getOrDefault(stock.product(), 0L);
            differing += same ? 0 : 1;
            OUT.println(stock + (same ? "" : " DIFFERS from " + sold + " or " + journal.free + journal.sold));
        }
        long small = shop.stock(InventoryChild.SMALL).total();
        long unsold = 0;
        for (String product : PRODUCTS) {
            Stock stock = shop.stock(product);
            unsold += Math.abs(TOTALS.getOrDefault(product, (long) InventoryChild.DELIVERIES)
                    - stock.sold()
                    - SellOut.reserveAll(shop, product));
        }
        boolean right = kills > 0
                && !sold.isEmpty()
                && wrong == 0
                && unsold == 0
                && differing == 0
                && journal.twice == 0
                && small == InventoryChild.DELIVERIES;
        return kills + " kills, " + samples + " samples, " + wrong + " of them wrong; " + journal.events + "; orders "
                + states + "; " + journal.twice + " effects that came twice, " + differing
                + " products whose counts differ from the reservations or the journal, " + small + " of "
                + InventoryChild.DELIVERIES + " deliveries, " + unsold
                + " units more or less could be reserved than were left. " + (right ? "RIGHT" : "WRONG");
    }

    /** The counts as the journal has them. */
    private final class Journal {

        private final Map<JournalEntry.Event, Integer> events = new EnumMap<>(JournalEntry.Event.class);
        private final Map<String, Integer> effects = new HashMap<>();
        private final Map<String, Long> free = new HashMap<>();
        private final Map<String, Long> sold = new HashMap<>();
        private int twice;

        private void read(int cell) {
            String after = "";
            List<JournalEntry> page;
            do {
                page = shop.journal(cell, after, 2_000);
                for (JournalEntry entry : page) {
                    after = entry.position();
                    enter(entry);
                }
            } while (!page.isEmpty());
        }

        private void enter(JournalEntry entry) {
            events.merge(entry.event(), 1, Integer::sum);
            String effect = (entry.event() == JournalEntry.Event.RESERVE ? "reserve " : "end ") + entry.id();
            boolean moves = entry.event() == JournalEntry.Event.OUT || entry.event() == JournalEntry.Event.IN;
            if (!moves && effects.merge(effect, 1, Integer::sum) > 1) {
                twice++;
            }
            entry.units().forEach((product, units) -> {
                switch (entry.event()) {
                    case RESERVE, OUT -> free.merge(product, -units, Long::sum);
                    case CONFIRM -> sold.merge(product, units, Long::sum);
                    case CANCEL, EXPIRE, ADJUST, IN -> free.merge(product, units, Long::sum);
                    case MISSED -> twice++;
                    case LATE -> {
                        free.merge(product, -units, Long::sum);
                        sold.merge(product, units, Long::sum);
                    }
                }
            });
        }
    }
}
