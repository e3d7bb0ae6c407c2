package dev.keywright.expert.evidence;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Reply;
import dev.keywright.expert.evidence.Fill.Turn;
import dev.keywright.expert.knowledge.PatternSheet.Candidate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * One candidate on the server: rehearsed with a few items, loaded, weighed, driven, removed. Driving goes through the items
 * in the order they were loaded, so that what one line takes from a queue is what the next one looks for.
 */
final class Trial {

    private static final int REHEARSED = 5;
    /** Doubled, it stays between powers of two: there tables double, and versions differ in when exactly. */
    private static final long FIRST_STEP = 384;

    private static final int CHUNK_COMMANDS = 500;
    private static final long CHUNK_BYTES = 1 << 20;
    private static final long OVERHEAD_PER_ITEM = 150;
    private static final long LEAST_DRIVEN_BYTES = 4 << 20;
    private static final double WARM_UP = 0.2;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Candidate candidate;
    private final List<Operation> load;
    private final List<Operation> drive;
    private final long plannedItems;
    private final long loadedBytes;
    private final long drivenBytes;
    private final long mostPasses;
    private final Site site;
    private final Room room;
    private final Footprint footprint;
    private final AtomicLong passes = new AtomicLong();
    private final Tally measured = new Tally();
    private Map<String, String> digests = Map.of();
    private long items;
    private double bytes;
    private double modelBytes;
    private String encoding = "";

    /** @throws CandidateFailure when it cannot be measured there */
    Trial(Candidate candidate, Fill fill, Site site, Depth depth) {
        this.candidate = candidate;
        this.site = site;
        this.load = candidate.load().stream()
                .map(line -> Operation.parse(line, fill))
                .toList();
        this.drive = candidate.drive().stream()
                .map(line -> Operation.parse(line, fill))
                .toList();
        if (!site.mayPublish() && all().anyMatch(Operation::publishes)) {
            throw new CandidateFailure("messages are not published on a server of others");
        }
        long itemBytes = Math.max(1, load.stream().mapToLong(Operation::bytes).sum());
        this.plannedItems =
                Math.max(1, Math.min(Math.min(fill.items(), site.mostItems(depth)), site.mostBytes(depth) / itemBytes));
        this.loadedBytes = plannedItems * (itemBytes + OVERHEAD_PER_ITEM);
        this.drivenBytes = Math.max(LEAST_DRIVEN_BYTES, Math.min(2 * loadedBytes, site.mostBytes(depth)));
        this.mostPasses = Math.max(
                Callers.COUNT,
                drivenBytes
                        / Math.max(1, drive.stream().mapToLong(Operation::bytes).sum()));
        this.room = site.room();
        this.footprint = new Footprint(room.prefix(), all().toList());
    }

    private Stream<Operation> all() {
        return Stream.concat(load.stream(), drive.stream());
    }

    String name() {
        return candidate.name();
    }

    /** The memory it may take, on the safe side. */
    long neededBytes() {
        return loadedBytes + drivenBytes;
    }

    long items() {
        return items;
    }

    /** Sends each line a few times: what fails, fails before anything is loaded, and first uses cost nothing later. */
    void rehearse() {
        digests = Scripts.load(all().toList(), room.connection());
        room.claim(footprint, REHEARSED);
        for (long i = 0; i < REHEARSED; i++) {
            for (Operation operation : all().toList()) {
                for (Command command : operation.commands(new Turn(i, i), room.prefix(), digests)) {
                    check(room.connection().call(command, TIMEOUT), operation);
                }
            }
        }
        room.clear();
    }

    /** Loads the items of the design, at most so many, or the first step doubled as often as fits the time. */
    void load(Patience patience, long most) {
        long wanted = Math.min(plannedItems, most);
        room.claim(footprint, wanted);
        room.beforeLoad();
        long start = Patience.now();
        long step = Math.min(FIRST_STEP, wanted);
        while (true) {
            loadUpTo(step, patience);
            long spent = Patience.now() - start;
            if (items >= wanted || spent > patience.leftNanos()) {
                return; // twice as many would take as long again
            }
            step = Math.min(2 * step, wanted);
        }
    }

    private void loadUpTo(long end, Patience patience) {
        List<Command> chunk = new ArrayList<>();
        List<Operation> senders = new ArrayList<>();
        long chunkBytes = 0;
        while (items < end) {
            for (Operation operation : load) {
                for (Command command : operation.commands(new Turn(items, items), room.prefix(), digests)) {
                    chunk.add(command);
                    senders.add(operation);
                }
                chunkBytes += operation.bytes();
            }
            items++;
            if (chunk.size() >= CHUNK_COMMANDS || chunkBytes > CHUNK_BYTES || items == end) {
                patience.goOn();
                List<Reply> replies = room.connection().batch(chunk, TIMEOUT);
                for (int i = 0; i < replies.size(); i++) {
                    check(replies.get(i), senders.get(i));
                }
                chunk.clear();
                senders.clear();
                chunkBytes = 0;
            }
        }
    }

    private static void check(Reply reply, Operation operation) {
        if (reply instanceof Reply.Failure failure) {
            throw new CandidateFailure(failure.message() + " (" + operation + ")");
        }
    }

    /** Reads off what the sample takes. */
    void weigh(Patience patience) {
        Room.Grown grown = room.afterLoad(footprint, items, patience);
        Shape shape = new Shape(room.connection(), site.profile());
        bytes = grown.keys() == 0 ? 0 : grown.bytes();
        modelBytes = grown.whole() ? shape.modelBytes(footprint, items) : 0;
        encoding = shape.encoding(footprint, items);
    }

    /** Sends its operations for a while from all callers; a warm-up leaves no figures. */
    void drive(Callers callers, Patience patience, boolean warmUp) {
        Tally tally = drive(callers, patience, warmUp ? Math.round(mostPasses * WARM_UP) : mostPasses);
        if (!warmUp) {
            measured.add(tally);
        }
    }

    /** @param limit how often all its operations may have been sent by the end, from its first drive on */
    Tally drive(Callers callers, Patience patience, long limit) {
        Tally tally = callers.together(own -> pass(limit, patience, own), patience);
        patience.goOn();
        if (tally.failed() > 0) {
            throw new CandidateFailure(
                    tally.failed() + " of " + tally.operations() + " operations failed: " + tally.failure());
        }
        return tally;
    }

    private void pass(long limit, Patience patience, Tally own) {
        while (!patience.isOver() && passes.get() < limit) {
            long pass = passes.getAndIncrement();
            Turn turn = new Turn(pass % items, plannedItems + pass);
            for (Operation operation : drive) {
                List<Command> commands = operation.commands(turn, room.prefix(), digests);
                long start = Patience.now();
                try {
                    List<Reply> replies = commands.size() == 1
                            ? List.of(room.connection().call(commands.get(0), TIMEOUT))
                            : room.connection().batch(commands, TIMEOUT);
                    own.took(Patience.now() - start);
                    replies.forEach(reply -> check(reply, operation));
                } catch (CandidateFailure failure) {
                    own.failed(String.valueOf(failure.getMessage()));
                } catch (KeywrightException failure) {
                    own.took(Patience.now() - start);
                    own.failed(String.valueOf(failure.getMessage()));
                    return;
                }
            }
        }
    }

    void leave() {
        room.leave();
    }

    Measurement measurement() {
        return new Measurement(
                candidate.pattern(),
                candidate.structure(),
                candidate.name(),
                items,
                rounded(bytes / items, 100),
                rounded(modelBytes / items, 100),
                encoding,
                rounded(measured.perSecond(), 1),
                rounded(measured.millisAt(50), 1000),
                rounded(measured.millisAt(99), 1000));
    }

    private static double rounded(double value, double parts) {
        return Math.round(value * parts) / parts;
    }
}
