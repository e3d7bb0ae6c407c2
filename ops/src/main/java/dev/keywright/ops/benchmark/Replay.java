package dev.keywright.ops.benchmark;

import dev.keywright.ops.OpsException;
import dev.keywright.ops.wire.CommandTable;
import dev.keywright.ops.wire.MonitorLine;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Plays what MONITOR recorded.
 * <ul>
 *   <li>Order: the commands of one recorded client go over one connection, in their order; those of different clients at the times
 *       of the recording, faster or slower by a factor, or as fast as the server answers.
 *   <li>Keys go under a prefix and are removed at the end, unless they keep their names.
 *   <li>Left out: what is dangerous, waits or changes the connection, what a script ran (it comes with the script), and commands
 *       whose keys cannot be told where they must go under a prefix.
 *   <li>Memory: some hundred lines per client, and the names of the keys that were written, up to a bound.
 *   <li>Threads: one per connection; a replay belongs to the calling thread.
 * </ul>
 */
public final class Replay implements Player.Listener {

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PATIENCE_SECONDS = 30;

    private final Target target;
    private final ReplayOptions options;
    private final String prefix;
    private final Rewriter rewriter;
    private final Leftovers leftovers;
    private final Consumer<String> progress;
    private final CountDownLatch stop;
    private final List<Player> players = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Map<String, Player> byClient = new HashMap<>();
    private final Map<String, ConcurrentHistogram> latencies = new ConcurrentHashMap<>();
    private final Map<String, Long> errors = new ConcurrentHashMap<>();
    private final Map<String, Long> leftOut = new TreeMap<>();
    private final Recorder lastSecond = new Recorder(100, 120_000_000_000L, 3);
    private final List<BenchReport.Second> seconds = new ArrayList<>();
    private final AtomicLong latestNanos = new AtomicLong();
    private final long start = System.nanoTime();
    private long nextSecond = start + SECOND_NANOS;
    private long secondBegun = start;
    private long firstMicros = -1;
    private long lastMicros;
    private long handed;

    private Replay(
            Target target,
            ReplayOptions options,
            String prefix,
            CommandTable table,
            Consumer<String> progress,
            CountDownLatch stop) {
        this.target = target;
        this.options = options;
        this.prefix = prefix;
        this.rewriter = new Rewriter(table, prefix, target.isCluster());
        this.leftovers = new Leftovers(target);
        this.progress = progress;
        this.stop = stop;
    }

    /** @throws OpsException when the file cannot be read or holds no recording */
    public static BenchReport run(String uri, ReplayOptions options, Consumer<String> progress, CountDownLatch stop) {
        try (Target target = Target.open(uri);
                Recording recording = new Recording(options.file())) {
            CommandTable table;
            try (Wire wire = target.wire(target.routes().nodes().get(0))) {
                table = CommandTable.of(wire);
            }
            target.requireRoom((double) options.file().toFile().length());
            String prefix = options.asRecorded() ? "" : Benchmark.prefix(options.prefix());
            return new Replay(target, options, prefix, table, progress, stop).play(recording);
        } catch (IOException e) {
            throw new OpsException(
                    options.file() + " could not be played (" + e + "). Give a file that can be read, and a server that"
                            + " answers.",
                    e);
        }
    }

    private BenchReport play(Recording recording) throws IOException {
        boolean whole = false;
        double elapsed;
        try {
            whole = hand(recording) && await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            elapsed = (System.nanoTime() - start) / 1e9;
            threads.forEach(Thread::interrupt);
            if (!options.asRecorded()) {
                progress.accept("removing keys");
                leftovers.remove();
            }
        }
        if (handed == 0 && leftOut.isEmpty()) {
            throw new OpsException(options.file() + " holds no line of MONITOR. Record one with redis-cli MONITOR.");
        }
        if (recording.others() > 0) {
            leftOut.put("a line that is none of MONITOR, or was cut", recording.others());
        }
        second();
        return report(whole, elapsed);
    }

    /** Hands every line to its player when it is due; false when it was stopped. */
    private boolean hand(Recording recording) throws IOException, InterruptedException {
        Optional<MonitorLine> line = recording.next();
        while (line.isPresent() && stop.getCount() > 0) {
            MonitorLine each = line.get();
            Optional<String> refusal = rewriter.refusal(each);
            refusal.ifPresent(why -> leftOut.merge(each.command() + ": " + why, 1L, Long::sum));
            if (refusal.isEmpty() && !hand(each)) {
                return false;
            }
            line = recording.next();
        }
        return stop.getCount() > 0;
    }

    private boolean hand(MonitorLine line) throws InterruptedException {
        if (firstMicros < 0) {
            firstMicros = line.micros();
        }
        lastMicros = Math.max(lastMicros, line.micros());
        long due = options.speed()
                .map(speed -> start + (long) ((line.micros() - firstMicros) * 1e3 / speed))
                .orElseGet(System::nanoTime);
        Player.Step step = rewriter.step(line, due);
        rewriter.written(step).forEach(key -> leftovers.add(key, step.database()));
        handed++;
        Player player = byClient.computeIfAbsent(line.client(), this::player);
        while (stop.getCount() > 0) {
            tick();
            long wait = due - System.nanoTime();
            if (wait > 0) {
                if (stop.await(Math.min(wait, SECOND_NANOS), TimeUnit.NANOSECONDS)) {
                    return false;
                }
            } else if (player.offer(step)) {
                return true;
            }
        }
        return false;
    }

    private Player player(String client) {
        if (players.size() >= options.connections()) {
            return players.get(Math.floorMod(client.hashCode(), players.size()));
        }
        Player player = new Player(target, options.timeout(), options.speed().isPresent(), this);
        Thread thread = new Thread(player, "keywright-replay-" + players.size());
        thread.setDaemon(true);
        thread.start();
        players.add(player);
        threads.add(thread);
        return player;
    }

    private boolean await() throws InterruptedException {
        players.forEach(Player::end);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (threads.stream().anyMatch(Thread::isAlive)) {
            if (stop.await(10, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
                return false;
            }
            tick();
        }
        return true;
    }

    private void tick() {
        if (System.nanoTime() >= nextSecond) {
            nextSecond += SECOND_NANOS;
            second();
            if (target.routes().isDoubted()) {
                target.refresh();
            }
            progress.accept("second " + seconds.size() + ": " + handed + " commands");
        }
    }

    private void second() {
        Histogram last = lastSecond.getIntervalHistogram();
        long length = System.nanoTime() - secondBegun;
        secondBegun += length;
        seconds.add(BenchReport.Second.of(1, seconds.size() + 1, length, last));
    }

    @Override
    public void answered(String name, long nanos, long lateNanos) {
        long bounded = Tally.bounded(nanos);
        latencies
                .computeIfAbsent(name, any -> new ConcurrentHistogram(Tally.histogram()))
                .recordValue(bounded);
        lastSecond.recordValue(bounded);
        latestNanos.accumulateAndGet(lateNanos, Math::max);
    }

    @Override
    public void failed(String kind) {
        errors.merge(kind, 1L, Long::sum);
    }

    private BenchReport report(boolean whole, double elapsed) {
        List<BenchReport.Command> commands = latencies.entrySet().stream()
                .map(each -> Benchmark.command(each.getKey(), each.getValue(), elapsed))
                .sorted((a, b) -> Long.compare(b.operations(), a.operations()))
                .toList();
        BenchReport.Command all = Benchmark.command("all", Measured.sum(List.copyOf(latencies.values())), elapsed);
        double recordedSeconds = (lastMicros - Math.max(0, firstMicros)) / 1e6;
        Optional<BenchReport.Schedule> schedule = options.speed()
                .filter(any -> recordedSeconds > 0)
                .map(speed -> {
                    double asked = handed / recordedSeconds * speed;
                    return new BenchReport.Schedule(
                            asked, all.perSecond(), latestNanos.get() / 1e6, 0, all.perSecond() < 0.9 * asked);
                });
        BenchReport.Round round = new BenchReport.Round(
                1,
                elapsed,
                all.operations(),
                all.perSecond(),
                all.latency().p50Ms(),
                all.latency().p99Ms(),
                errors.values().stream().mapToLong(Long::longValue).sum());
        return new BenchReport(
                target.toString(),
                target.server(),
                load(),
                new BenchReport.Spread(all.perSecond(), all.perSecond(), all.perSecond()),
                all,
                commands,
                List.of(round),
                seconds,
                errors,
                schedule,
                whole,
                notes(whole));
    }

    private BenchReport.Load load() {
        return new BenchReport.Load(
                "replay of " + options.file().getFileName(),
                "as recorded",
                leftovers.size(),
                "as recorded",
                0,
                players.size(),
                1,
                players.size(),
                options.speed().map(speed -> "recorded times, speed " + speed).orElse("closed"),
                0,
                prefix,
                0);
    }

    private List<String> notes(boolean whole) {
        List<String> notes = new ArrayList<>();
        leftOut.forEach((what, count) -> notes.add("Left out " + count + " x " + what + "."));
        if (!whole) {
            notes.add("It ended before the recording did.");
        }
        if (byClient.size() > players.size()) {
            notes.add(byClient.size() + " recorded clients shared " + players.size()
                    + " connections; their transactions may have mixed.");
        }
        if (leftovers.isFull() && !options.asRecorded()) {
            notes.add(
                    "Only the first " + leftovers.size() + " keys were removed; others are left under " + prefix + ".");
        }
        return notes;
    }
}
