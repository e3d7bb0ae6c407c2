package dev.keywright.ops.hot;

import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.CommandTable;
import dev.keywright.ops.wire.MonitorLine;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Listens to a server by MONITOR.
 * <ul>
 *   <li>Bounds: a time and a number of commands, whichever is reached first. Another thread closes the connection when the time is
 *       over, whatever this one does, and so ends the listening; so does the end of the program.
 *   <li>Memory: {@value #COUNTERS} counters; lines are read into one buffer, and only the beginning of a long one.
 *   <li>Secrets: keys and names of commands are kept, arguments are not.
 * </ul>
 */
final class Listener {

    private static final Duration SLACK = Duration.ofSeconds(5);
    private static final Duration BEFORE = Duration.ofSeconds(1);
    private static final int COUNTERS = 5_000;
    private static final int LONGEST_LINE = 64 * 1024;
    private static final int READS = 0;
    private static final int WRITES = 1;
    private static final int BYTES = 2;
    private static final int PATTERNS = 20;

    /** How many bytes a word takes beside its own. */
    private static final int FRAME_BYTES = 6;

    private final Node node;
    private final Access access;
    private final HotOptions options;
    private final CommandTable table;
    private final TopKeys<Name> keys = new TopKeys<>(COUNTERS, 3);
    private final TopKeys<Form> forms = new TopKeys<>(COUNTERS, 2);
    private final Map<Name, String> patterns = new HashMap<>();
    private long commands;
    private long withKeys;
    private long writing;
    private boolean complete = true;

    /** A command on keys of one form. */
    private record Form(String command, String pattern) {}

    Listener(Node node, Access access, HotOptions options, CommandTable table) {
        this.node = node;
        this.access = access;
        this.options = options;
        this.table = table;
    }

    /**
     * @param control another connection to the server, for INFO and the like
     * @throws Wire.Refused when MONITOR is not allowed
     */
    HotReport.Sample listen(Wire control, CountDownLatch stop) throws IOException, InterruptedException {
        Meter first = Meter.read(control);
        stop.await(Math.min(BEFORE.toNanos(), options.time().toNanos()), TimeUnit.NANOSECONDS);
        Meter before = Meter.read(control);
        Meter begin;
        Meter end;
        try (Wire wire = Wire.open(node, access, HotOptions.LONGEST.plus(SLACK))) {
            wire.ask("MONITOR");
            begin = Meter.read(control);
            hear(wire, stop);
            end = Meter.read(control);
        }
        double beforeRate = first.commandsPerSecond(before);
        double duringRate = begin.commandsPerSecond(end);
        HotReport.Price price = HotReport.Price.of(beforeRate, duringRate, complete);
        return sample(begin.seconds(end), first.bytesPerCommand(before), price, control);
    }

    private void hear(Wire wire, CountDownLatch stop) throws IOException, InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch heard = new CountDownLatch(1);
        Thread watchman = new Thread(() -> close(wire, stop, heard, over), "keywright-hot-end");
        watchman.setDaemon(true);
        watchman.start();
        byte[] line = new byte[LONGEST_LINE];
        try {
            while (commands < options.mostCommands()) {
                int length = wire.line(line);
                (length <= line.length
                                ? MonitorLine.parse(line, length)
                                : MonitorLine.parseBeginning(line, line.length))
                        .ifPresent(each -> count(each, length));
            }
            complete = false;
        } catch (IOException e) {
            if (!over.get()) {
                throw e;
            }
        } finally {
            heard.countDown();
            wire.close();
            watchman.join();
        }
    }

    /** Waits for the end of the time, or of the program's patience, or of the listening. */
    private void close(Wire wire, CountDownLatch stop, CountDownLatch heard, AtomicBoolean over) {
        long end = System.nanoTime() + options.time().toNanos();
        try {
            while (System.nanoTime() < end && stop.getCount() > 0) {
                if (heard.await(10, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            over.set(true);
            wire.close();
        }
    }

    private void count(MonitorLine line, int length) {
        if (line.ofScript()) {
            return;
        }
        commands++;
        int[] places = table.keys(line.words());
        if (places.length == 0) {
            forms.add(new Form(line.command(), ""), READS, 1);
            return;
        }
        withKeys++;
        boolean writes = table.writes(line.words());
        writing += writes ? 1 : 0;
        long bytes = length > LONGEST_LINE ? length : bytes(line.words());
        Name first = new Name(line.database(), line.words().get(places[0]));
        for (int place : places) {
            Name key = new Name(line.database(), line.words().get(place));
            keys.add(key, writes ? WRITES : READS, 1);
            keys.sum(key, BYTES, bytes / places.length);
        }
        forms.add(new Form(line.command(), pattern(first)), writes ? WRITES : READS, 1);
    }

    private static long bytes(List<byte[]> words) {
        return words.stream().mapToLong(word -> word.length + FRAME_BYTES).sum();
    }

    /** Remembered for the keys of a while: the hot ones come again and again. */
    private String pattern(Name key) {
        if (patterns.size() > COUNTERS) {
            patterns.clear();
        }
        return patterns.computeIfAbsent(key, Name::pattern);
    }

    private HotReport.Sample sample(double seconds, double bytesPerCommand, HotReport.Price price, Wire control)
            throws IOException {
        List<HotReport.HotKey> hot = new ArrayList<>();
        for (TopKeys.Counter<Name> counter : keys.top(options.top())) {
            hot.add(hotKey(counter, bytesPerCommand * commands, control));
        }
        Map<String, long[]> byPattern = new HashMap<>();
        for (TopKeys.Counter<Form> counter : forms.top(COUNTERS)) {
            long[] sums = byPattern.computeIfAbsent(counter.item().pattern(), any -> new long[2]);
            sums[0] += counter.count();
            sums[1] += counter.tag(WRITES);
        }
        return new HotReport.Sample(
                Math.round(seconds * 1e3) / 1e3,
                commands,
                Math.round(commands / seconds),
                withKeys == 0 ? 0 : ratio(writing, withKeys),
                hot,
                keys.bound(),
                forms.top(PATTERNS).stream()
                        .map(counter -> new HotReport.HotCommand(
                                counter.item().command(),
                                counter.item().pattern(),
                                counter.count(),
                                ratio(counter.count(), commands)))
                        .toList(),
                byPattern.entrySet().stream()
                        .filter(entry -> !entry.getKey().isEmpty())
                        .sorted((a, b) -> Long.compare(b.getValue()[0], a.getValue()[0]))
                        .limit(PATTERNS)
                        .map(entry -> new HotReport.HotPattern(
                                entry.getKey(),
                                entry.getValue()[0],
                                ratio(entry.getValue()[0], commands),
                                ratio(entry.getValue()[1], entry.getValue()[0])))
                        .toList(),
                price);
    }

    private HotReport.HotKey hotKey(TopKeys.Counter<Name> counter, double traffic, Wire control) throws IOException {
        Name key = counter.item();
        control.call("SELECT", Integer.toString(key.database()));
        control.send("TYPE", key.bytes());
        control.flush();
        Answer type = control.read();
        Optional<Long> reply = Optional.empty();
        if (type.text().equals("string")) {
            control.send("STRLEN", key.bytes());
            control.flush();
            reply = control.read() instanceof Answer.Whole length ? Optional.of(length.value()) : Optional.empty();
        }
        double replies = reply.orElse(0L) * (double) counter.tag(READS);
        Optional<Double> bandwidth = traffic > 0
                ? Optional.of(Math.round(Math.min(1, (counter.tag(BYTES) + replies) / traffic) * 1e3) / 1e3)
                : Optional.empty();
        return new HotReport.HotKey(
                key.toString(),
                type instanceof Answer.Failed ? "unknown" : type.text(),
                counter.count(),
                counter.error(),
                ratio(counter.count(), commands),
                counter.tag(READS),
                counter.tag(WRITES),
                counter.tag(BYTES),
                bandwidth);
    }

    private static double ratio(long part, long whole) {
        return whole == 0 ? 0 : Math.round(part * 1e4 / whole) / 1e4;
    }
}
