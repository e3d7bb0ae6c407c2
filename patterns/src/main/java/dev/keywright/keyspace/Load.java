package dev.keywright.keyspace;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** One load, chunk by chunk. Used by one thread. */
final class Load<T> {

    private final Connection connection;
    private final byte[] checkpoint;
    private final Iterator<? extends T> source;
    private final Function<? super T, Command> writing;
    private final LoadOptions options;
    private final BooleanSupplier stopped;
    private final Duration deadline;
    private long resumedAt;
    private long position;

    Load(
            Connection connection,
            byte[] checkpoint,
            Iterator<? extends T> source,
            Function<? super T, Command> writing,
            LoadOptions options,
            BooleanSupplier stopped) {
        this.connection = connection;
        this.checkpoint = checkpoint;
        this.source = source;
        this.writing = writing;
        this.options = options;
        this.stopped = stopped;
        this.deadline = options.deadline().orElse(connection.options().timeout());
    }

    LoadReport run() {
        Pace pace = new Pace(options.perSecond());
        try {
            if (!skip(stored())) {
                return report(position, List.of(), false, Optional.empty());
            }
            while (source.hasNext()) {
                List<Command> chunk = next();
                if (!pace.spend(chunk.size(), stopped)) {
                    return report(position, List.of(), false, Optional.empty());
                }
                Optional<LoadReport> failure = send(chunk);
                if (failure.isPresent()) {
                    return failure.get();
                }
                position += chunk.size();
                remember();
                options.progress().accept(report(position, List.of(), false, Optional.empty()));
            }
            connection
                    .call(Command.named("DEL").key(checkpoint).buildRepeatable(), deadline)
                    .orThrow("checkpoint");
        } catch (KeywrightException away) {
            return report(position, List.of(), false, Optional.of(away));
        }
        return report(position, List.of(), true, Optional.empty());
    }

    private LoadReport report(
            long end, List<LoadReport.Refused> refused, boolean complete, Optional<KeywrightException> cause) {
        return new LoadReport(resumedAt, position, end, refused, complete, cause);
    }

    private long stored() {
        Reply reply = connection
                .call(Command.named("GET").key(checkpoint).buildRepeatable(), deadline)
                .orThrow("checkpoint");
        try {
            return reply.isNothing() ? 0 : Long.parseLong(reply.text());
        } catch (NumberFormatException e) {
            throw new KeywrightException.Misused(
                    "The key " + new String(checkpoint, UTF_8)
                            + " holds no place of a load. Give the load another name.",
                    e);
        }
    }

    /** @return whether nobody stopped it meanwhile */
    private boolean skip(long entries) {
        while (position < entries) {
            if (stopped.getAsBoolean()) {
                return false;
            }
            if (!source.hasNext()) {
                throw new KeywrightException.Misused(
                        "An earlier load stored " + entries + " entries and this source has " + position
                                + "; it is another one. Give its load another name, or forget the place.");
            }
            source.next();
            resumedAt = ++position;
        }
        return true;
    }

    private List<Command> next() {
        List<Command> chunk = new ArrayList<>();
        while (chunk.size() < options.chunk() && source.hasNext()) {
            Command command = writing.apply(source.next());
            if (!command.repeatable()) {
                throw new IllegalArgumentException("Entry " + (position + chunk.size()) + " is written by a " + command
                        + " that may not be sent twice; use one that may, such as SET or HSET, and buildRepeatable()");
            }
            chunk.add(command);
        }
        return chunk;
    }

    /** @return how it failed, if it did */
    private Optional<LoadReport> send(List<Command> chunk) {
        KeywrightException last = null;
        for (int attempt = 0; attempt < options.attempts(); attempt++) {
            if (attempt > 0 && stopped.getAsBoolean()) {
                break;
            }
            try {
                List<LoadReport.Refused> refused = refused(connection.batch(chunk, deadline));
                return refused.isEmpty()
                        ? Optional.empty()
                        : Optional.of(report(position + chunk.size(), refused, false, Optional.empty()));
            } catch (KeywrightException.Unavailable away) {
                last = away;
            }
        }
        return Optional.of(report(position + chunk.size(), List.of(), false, Optional.ofNullable(last)));
    }

    private List<LoadReport.Refused> refused(List<Reply> replies) {
        List<LoadReport.Refused> refused = new ArrayList<>();
        for (int i = 0; i < replies.size(); i++) {
            if (replies.get(i) instanceof Reply.Failure failure) {
                refused.add(new LoadReport.Refused(position + i, failure.message()));
            }
        }
        return refused;
    }

    private void remember() {
        connection
                .call(
                        Command.named("SET")
                                .key(checkpoint)
                                .argument(position)
                                .argument("PX")
                                .argument(options.memory().toMillis())
                                .buildRepeatable(),
                        deadline)
                .orThrow("checkpoint");
    }
}
