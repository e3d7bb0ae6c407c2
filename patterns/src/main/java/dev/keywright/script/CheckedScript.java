package dev.keywright.script;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Needs;
import dev.keywright.connection.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Lua script of the user's, with a {@linkplain ScriptHeader header} that says what it takes; calls that do not fit are refused
 * before anything is sent. A script that says {@code flags=no-writes} may be answered by a replica, where the connection reads
 * from them.
 * <ul>
 *   <li>Commands: 1 × EVALSHA (EVALSHA_RO); after NOSCRIPT, EVAL to the node that said so. So SCRIPT FLUSH, a failover and a new
 *       master need no care, and nothing is loaded ahead.
 *   <li>Reload: a script from a file may be {@linkplain #watched watched}. Every call runs with one text and its own header; a
 *       file that is broken leaves the text before it in use.
 *   <li>Threads: any number.
 * </ul>
 */
public final class CheckedScript {

    /** Commands and keys on the server. */
    public static final Needs NEEDS = Needs.of(List.of("EVALSHA", "EVAL", "EVALSHA_RO", "EVAL_RO"), List.of());

    private final Connection connection;
    private final @Nullable Path file;
    private final long everyNanos;
    private final Consumer<? super Reloaded> listener;
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile Edition edition;
    private volatile long looked = System.nanoTime();
    private @Nullable String seen;
    private @Nullable String told;

    private CheckedScript(
            Connection connection,
            Edition edition,
            @Nullable Path file,
            long everyNanos,
            Consumer<? super Reloaded> listener) {
        this.connection = connection;
        this.edition = edition;
        this.file = file;
        this.everyNanos = everyNanos;
        this.listener = listener;
    }

    /** @throws KeywrightException.Misused when its header does not say enough, or not what the code does */
    public static CheckedScript of(Connection connection, Script script) {
        return new CheckedScript(connection, Edition.of(script), null, 0, reloaded -> {});
    }

    /** @throws KeywrightException.Misused also when the file cannot be read */
    public static CheckedScript of(Connection connection, Path file) {
        return new CheckedScript(connection, Edition.of(file), file, 0, reloaded -> {});
    }

    /**
     * The same script, whose file is looked at again while it is used, in the background. A new text is taken when two looks in a
     * row saw it, so that half a file is never run, and when the server could compile it.
     *
     * @param every the time between two looks; a change is in use after two of them
     * @param listener is told of every change and of every new problem, on a thread of its own
     */
    public CheckedScript watched(Duration every, Consumer<? super Reloaded> listener) {
        if (file == null) {
            throw new KeywrightException.Misused(
                    name() + " does not come from a file, so it cannot change. Give a path.");
        }
        if (every.isNegative() || every.isZero()) {
            throw new KeywrightException.Misused("The time between two looks is " + every + "; give more than 0.");
        }
        return new CheckedScript(connection, edition, file, every.toNanos(), listener);
    }

    public String name() {
        return edition.script().name();
    }

    /** What its header says, or the start of its digest; of the text that is in use now. */
    public String version() {
        return edition.version();
    }

    public ScriptHeader header() {
        return edition.header();
    }

    /**
     * A call with these keys.
     *
     * @throws KeywrightException.Misused when there are more or fewer than the header declares, or they do not share a hash slot
     */
    public ScriptCall keys(String... keys) {
        return keys(Stream.of(keys).map(key -> key.getBytes(UTF_8)).toArray(byte[][]::new));
    }

    /** As {@link #keys(String...)}, with keys that are bytes; they must not be changed afterwards. */
    public ScriptCall keys(byte[]... keys) {
        lookAgain();
        Edition now = edition;
        return new ScriptCall(
                connection,
                now.signature(),
                new Sending(connection, now),
                now.signature().keys(keys));
    }

    /** A call of a script that takes no keys. */
    public ScriptCall noKeys() {
        return keys(new byte[0][]);
    }

    /** One text, with one connection. */
    private record Sending(Connection connection, Edition edition) implements ScriptCall.Sender {

        @Override
        public Reply call(byte[][] keys, byte[][] arguments, boolean repeatable, Duration timeout) {
            return invocation(keys, arguments, repeatable).call(connection, timeout);
        }

        @Override
        public CompletionStage<Reply> send(byte[][] keys, byte[][] arguments, boolean repeatable, Duration timeout) {
            return invocation(keys, arguments, repeatable).send(connection, timeout);
        }

        private Script.Invocation invocation(byte[][] keys, byte[][] arguments, boolean repeatable) {
            Script.Invocation invocation = edition.script().with(keys, arguments);
            if (edition.header().isReadOnly()) {
                return invocation.readOnly();
            }
            return repeatable ? invocation.repeatable() : invocation;
        }
    }

    private void lookAgain() {
        boolean due = everyNanos > 0 && System.nanoTime() - looked >= everyNanos;
        if (due && looking.compareAndSet(false, true)) {
            looked = System.nanoTime();
            Thread thread = new Thread(this::look, "keywright-reload-" + name());
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void look() {
        try {
            String text = Edition.read(path());
            boolean settled = text.equals(seen);
            seen = text;
            if (settled) {
                take(text);
            }
        } catch (KeywrightException e) {
            tell(String.valueOf(e.getMessage()));
        } finally {
            looking.set(false);
        }
    }

    private Path path() {
        if (file == null) {
            throw new KeywrightException.Misused(name() + " does not come from a file. Give a path.");
        }
        return file;
    }

    /**
     * Looks at the file now, and uses its text if it is sound.
     *
     * @return what came of it; also the listener is told of a change or a problem
     * @throws KeywrightException.Misused when the script does not come from a file
     */
    public Reloaded reload() {
        path();
        try {
            return take(Edition.read(path()));
        } catch (KeywrightException e) {
            return tell(String.valueOf(e.getMessage()));
        }
    }

    private synchronized Reloaded take(String text) {
        if (text.equals(edition.script().source())) {
            told = null;
            return new Reloaded(name(), version(), false, Optional.empty());
        }
        Edition fresh = Edition.of(Script.of(name(), text));
        Command load = Command.named("SCRIPT").argument("LOAD").argument(text).buildRepeatable();
        connection.call(load).orThrow(name());
        edition = fresh;
        told = null;
        Reloaded reloaded = new Reloaded(name(), version(), true, Optional.empty());
        listener.accept(reloaded);
        return reloaded;
    }

    /** The same problem is told once. */
    private synchronized Reloaded tell(String problem) {
        Reloaded reloaded = new Reloaded(name(), version(), false, Optional.of(problem));
        if (!problem.equals(told)) {
            told = problem;
            listener.accept(reloaded);
        }
        return reloaded;
    }

    @Override
    public String toString() {
        return name() + " version " + version();
    }
}
