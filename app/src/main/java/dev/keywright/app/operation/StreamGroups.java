package dev.keywright.app.operation;

import dev.keywright.ops.Change;
import dev.keywright.ops.streams.StreamOptions;
import dev.keywright.ops.streams.StreamRepair;
import dev.keywright.ops.streams.StreamReport;
import dev.keywright.ops.streams.StreamTrim;
import dev.keywright.ops.streams.Streams;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Says how streams and their groups on a server are, and puts them in order. */
public final class StreamGroups {

    /**
     * Looks at streams.
     *
     * @param key of one, or all that are found
     * @param between two looks, from which rates are made
     * @param deadAfter who asked for nothing for so long counts as dead
     * @param mostKeys how many keys are looked at
     * @param mostStreams how many are told
     */
    public record Request(
            String uri, Optional<String> key, Duration between, Duration deadAfter, long mostKeys, int mostStreams) {}

    /** How they are. */
    public record Result(StreamReport report) {}

    /** Where something is done, and whether it is or only looked at. */
    public record At(String uri, String key, boolean apply) {}

    /** @throws UserError when the request makes no sense */
    public Result run(Request request, Consumer<String> progress) {
        StreamOptions options;
        try {
            options = new StreamOptions(
                    request.between(), request.deadAfter(), request.mostKeys(), request.mostStreams());
        } catch (IllegalArgumentException e) {
            throw new UserError("It cannot be done: " + e.getMessage() + ".", e);
        }
        return new Result(Streams.look(request.uri(), request.key(), options, progress));
    }

    public Change claim(At at, StreamRepair.Claim claim) {
        try (StreamRepair repair = StreamRepair.open(at.uri(), at.key())) {
            return repair.claim(claim, at.apply());
        }
    }

    /** @throws UserError when the wish makes no sense */
    public Change trim(At at, Optional<Long> maxLength, Optional<Duration> maxAge, boolean cutsUnread) {
        StreamTrim.Wish wish;
        try {
            wish = new StreamTrim.Wish(maxLength, maxAge, cutsUnread);
        } catch (IllegalArgumentException e) {
            throw new UserError("It cannot be trimmed: " + e.getMessage() + ".", e);
        }
        try (StreamRepair repair = StreamRepair.open(at.uri(), at.key())) {
            return repair.trim(wish, at.apply());
        }
    }

    public Change deleteConsumers(At at, String group, Duration idle) {
        try (StreamRepair repair = StreamRepair.open(at.uri(), at.key())) {
            return repair.deleteConsumers(group, idle, at.apply());
        }
    }
}
