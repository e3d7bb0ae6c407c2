package dev.keywright.script;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Needs;
import dev.keywright.connection.Reply;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A library of Redis Functions: Lua that lives in the server, is replicated and persisted with the data, and is called by name.
 * The text begins with {@code #!lua name=bank}, says its {@code VERSION} in a comment, and has a comment of its own for each function
 * with {@code FUNCTION}, {@code KEYS}, {@code ARGV} and {@code REPLY}; see {@link ScriptHeader}.
 * <ul>
 *   <li>{@link #install()} brings it to all masters: what is there already stays, older versions are replaced, newer ones never.
 *       Any number of processes may install at once, in different versions too: the newest stays.
 *   <li>Commands: a call is 1 × FCALL (FCALL_RO). A master that does not know the function, such as one that has joined empty, gets
 *       the library and is asked again, within the deadline of the call; an install that takes longer goes on in the background.
 *   <li>Threads: any number.
 * </ul>
 */
public final class FunctionLibrary {

    /** Commands and keys on the server. */
    public static final Needs NEEDS = Needs.of(
            List.of("FCALL", "FCALL_RO", "FUNCTION LIST", "FUNCTION LOAD", "WATCH", "MULTI", "EXEC", "SET"),
            List.of("functions:*"));

    private final Connection connection;
    private final String source;
    private final String name;
    private final LibraryVersion version;
    private final Map<String, Signature> functions;
    private final AtomicReference<@Nullable CompletableFuture<Void>> installing = new AtomicReference<>();

    private FunctionLibrary(
            Connection connection,
            String source,
            String name,
            LibraryVersion version,
            Map<String, Signature> functions) {
        this.connection = connection;
        this.source = source;
        this.name = name;
        this.version = version;
        this.functions = functions;
    }

    /** @throws KeywrightException.Misused when the text does not say its name, its version and its functions */
    public static FunctionLibrary of(Connection connection, Script script) {
        String source = script.source();
        String name = ScriptHeader.of(source)
                .name()
                .filter(found -> found.matches("\\w+"))
                .orElseThrow(() -> misused(script, "does not begin with #!lua name=..., in letters, digits and '_'"));
        LibraryVersion version = version(source)
                .orElseThrow(
                        () -> misused(script, "has no line VERSION with a number such as 3 or 1.12 in its comments"));
        Map<String, Signature> functions = new LinkedHashMap<>();
        for (ScriptHeader header : ScriptHeader.functions(source)) {
            String function = header.word("FUNCTION").orElse("").split("\\s+", 2)[0];
            functions.put(function, Signature.of(name + "." + function, header, ""));
        }
        if (functions.isEmpty()) {
            throw misused(script, "has no comment that begins a line with FUNCTION and a name");
        }
        return new FunctionLibrary(connection, source, name, version, functions);
    }

    private static KeywrightException.Misused misused(Script script, String what) {
        return new KeywrightException.Misused(script.name() + " " + what + ". Add it.");
    }

    /** The version that a text says in one of its comments. */
    static Optional<LibraryVersion> version(String source) {
        return ScriptHeader.comments(source).stream()
                .flatMap(header -> header.version().stream())
                .filter(LibraryVersion::isOne)
                .map(LibraryVersion::new)
                .findFirst();
    }

    public String name() {
        return name;
    }

    public String version() {
        return version.text();
    }

    /** The functions its comments declare. */
    public List<String> functions() {
        return List.copyOf(functions.keySet());
    }

    /**
     * Brings the library to every master that serves slots. Looks at all of them first, so that a newer version on one keeps it
     * from all. Doing it again does nothing.
     *
     * @return one for each master
     * @throws KeywrightException.Misused when a newer version is there, another text of the same version, or the server refuses the
     *     text
     */
    public List<Installed> install() {
        return new Installation(connection, name, source, version, false).run();
    }

    /** As {@link #install()}, also over a newer version or another text of the same one: for going back to an older release. */
    public List<Installed> replace() {
        return new Installation(connection, name, source, version, true).run();
    }

    /** An install in the background, one at a time for all calls that find a master without the library. */
    private CompletableFuture<Void> bring() {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> running = installing.compareAndExchange(null, mine);
        if (running != null) {
            return running;
        }
        CompletableFuture<Void> unused = CompletableFuture.runAsync(() -> {
            try {
                install();
                installing.set(null);
                mine.complete(null);
            } catch (Throwable e) {
                installing.set(null);
                mine.completeExceptionally(e);
            }
        });
        return mine;
    }

    private KeywrightException.Unavailable late() {
        return new KeywrightException.Unavailable(
                "The library " + name + " was not there, and is not installed in time (" + connection
                        + "). The function was not called. Try again.",
                false);
    }

    /** A function that may write, called by FCALL. */
    public LibraryFunction function(String function) {
        return new LibraryFunction(connection, signature(function), new Sending(this, function, false));
    }

    /** A function that was registered with the flag {@code no-writes}, called by FCALL_RO; a replica may answer. */
    public LibraryFunction reader(String function) {
        return new LibraryFunction(connection, signature(function), new Sending(this, function, true));
    }

    private Signature signature(String function) {
        Signature signature = functions.get(function);
        if (signature == null) {
            throw new KeywrightException.Misused("The library " + name + " declares no function '" + function
                    + "', only " + String.join(", ", functions.keySet()) + ". Add a comment with FUNCTION " + function
                    + " to it.");
        }
        return signature;
    }

    /** One function of the library. */
    private record Sending(FunctionLibrary library, String function, boolean readOnly) implements ScriptCall.Sender {

        @Override
        public Reply call(byte[][] keys, byte[][] arguments, boolean repeatable, Duration timeout) {
            long start = System.nanoTime();
            Command command = command(keys, arguments, repeatable);
            Reply reply = library.connection.call(command, timeout);
            if (!isUnknown(reply)) {
                return reply;
            }
            await(library.bring(), Script.left(timeout, start));
            return library.connection.call(command, Script.left(timeout, start));
        }

        private void await(CompletableFuture<Void> install, Duration timeout) {
            try {
                install.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                throw library.late();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw library.late();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof KeywrightException refused
                        ? refused
                        : new IllegalStateException("The library " + library.name + " was not installed", e);
            }
        }

        @Override
        public CompletionStage<Reply> send(byte[][] keys, byte[][] arguments, boolean repeatable, Duration timeout) {
            long start = System.nanoTime();
            Command command = command(keys, arguments, repeatable);
            return library.connection.send(command, timeout).thenCompose(reply -> {
                if (!isUnknown(reply)) {
                    return CompletableFuture.completedStage(reply);
                }
                return library.bring()
                        .copy()
                        .orTimeout(Script.left(timeout, start).toNanos(), TimeUnit.NANOSECONDS)
                        .exceptionally(failure -> {
                            throw failure instanceof TimeoutException
                                    ? library.late()
                                    : new CompletionException(cause(failure));
                        })
                        .thenCompose(done -> library.connection.send(command, Script.left(timeout, start)));
            });
        }

        private static Throwable cause(Throwable failure) {
            return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        }

        private static boolean isUnknown(Reply reply) {
            return reply instanceof Reply.Failure failure && failure.message().startsWith("ERR Function not found");
        }

        private Command command(byte[][] keys, byte[][] arguments, boolean repeatable) {
            Command.Builder builder = Command.named(readOnly ? "FCALL_RO" : "FCALL")
                    .argument(function.getBytes(UTF_8))
                    .argument(keys.length);
            for (byte[] key : keys) {
                builder.key(key);
            }
            for (byte[] argument : arguments) {
                builder.argument(argument);
            }
            if (readOnly) {
                return builder.buildReadOnly();
            }
            return repeatable ? builder.buildRepeatable() : builder.build();
        }
    }

    @Override
    public String toString() {
        return "library " + name + " version " + version;
    }
}
