package dev.keywright.benchmarks.history;

import dev.keywright.benchmarks.history.Tally.Faults;
import dev.keywright.server.FaultProxy;
import dev.keywright.server.ServerException;
import dev.keywright.server.Standalone;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One server that loses nothing. Processes are stopped for longer than their lease, killed, and cut off, all in the middle of a hold; the
 * server is frozen for longer than a lease, and forgets its scripts.
 */
final class ProcessFaults implements Trial.Course {

    private static final int SEATS = 5;
    private static final int PAUSERS = 3;
    private static final double BEYOND = 1.5;
    private static final Duration BREATH = Duration.ofMillis(700);

    private final Trial trial;
    private final Standalone redis;
    private final List<FaultProxy> proxies = new ArrayList<>();
    private final int rounds;
    private final long nanos;
    private final AtomicInteger pauses = new AtomicInteger();
    private int kills;
    private int partitions;
    private int freezes;
    private int scriptFlushes;
    private volatile boolean frozen;
    private volatile long start;

    private ProcessFaults(Trial trial, Standalone redis, int rounds, Duration time) {
        this.trial = trial;
        this.redis = redis;
        this.rounds = rounds;
        this.nanos = time.toNanos();
    }

    /** Until so many pauses are over, or for that time. */
    static Tally in(Trial trial, int rounds, Duration time) throws Exception {
        try (Standalone redis = Standalone.start()) {
            ProcessFaults faults = new ProcessFaults(trial, redis, rounds, time);
            try {
                for (int seat = 0; seat < SEATS; seat++) {
                    faults.proxies.add(FaultProxy.to(redis));
                }
                List<String> uris = faults.proxies.stream().map(FaultProxy::uri).toList();
                return trial.run(uris, faults::isGone, faults);
            } finally {
                faults.proxies.forEach(FaultProxy::close);
            }
        }
    }

    private boolean isGone(String key) {
        try {
            return !frozen && redis.command("EXISTS", key).equals("0");
        } catch (ServerException frozenMeanwhile) {
            return false;
        }
    }

    @Override
    public Faults run(Desk desk, Crew crew) throws Exception {
        start = System.nanoTime();
        ExecutorService pausers = Executors.newFixedThreadPool(PAUSERS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < PAUSERS; i++) {
                Random random = new Random(i);
                all.add(pausers.submit(() -> pauseAll(desk, crew, random)));
            }
            for (int turn = 0; goesOn(); turn++) {
                befall(turn, desk, crew);
                Trial.sleep(BREATH);
            }
            for (Future<?> each : all) {
                each.get();
            }
        } finally {
            pausers.shutdownNow();
        }
        return new Faults(pauses.get(), kills, partitions, freezes, scriptFlushes, 0, 0);
    }

    private boolean goesOn() {
        return pauses.get() < rounds && System.nanoTime() - start < nanos;
    }

    private int pauseAll(Desk desk, Crew crew, Random random) throws InterruptedException {
        while (goesOn()) {
            OptionalInt caught = desk.ambush(crew::stop);
            if (caught.isPresent()) {
                Trial.sleep(trial.times(1.2 + 0.8 * random.nextDouble()));
                crew.goOn(caught.getAsInt());
                pauses.incrementAndGet();
            }
        }
        return pauses.get();
    }

    private void befall(int turn, Desk desk, Crew crew) throws InterruptedException {
        switch (turn % 5) {
            case 0 -> {
                OptionalInt caught = desk.ambush(crew::kill);
                if (caught.isPresent()) {
                    crew.start(caught.getAsInt());
                    kills++;
                }
            }
            case 1, 2 -> {
                OptionalInt caught = desk.ambush(seat -> true);
                if (caught.isPresent()) {
                    partition(proxies.get(caught.getAsInt()), turn % 5 == 1);
                    partitions++;
                }
            }
            case 3 -> {
                redis.command("SCRIPT", "FLUSH");
                scriptFlushes++;
            }
            default -> {
                frozen = true;
                redis.freeze();
                Trial.sleep(trial.times(BEYOND));
                redis.thaw();
                frozen = false;
                freezes++;
            }
        }
    }

    /** A silent one: what is asked arrives, and is not answered. A loud one: connections break, and new ones are refused. */
    private void partition(FaultProxy proxy, boolean silent) throws InterruptedException {
        if (silent) {
            proxy.dropReplies(true);
        } else {
            proxy.refuse(true);
            proxy.cut();
        }
        Trial.sleep(trial.times(BEYOND));
        if (silent) {
            proxy.dropReplies(false);
        } else {
            proxy.refuse(false);
        }
    }
}
