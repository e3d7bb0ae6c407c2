package dev.keywright.script;

import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * One call of a script or function whose keys were checked: {@code script.keys("stock:{7}").arguments(2).number()}.
 * <ul>
 *   <li>Nothing is sent before keys and arguments agree with the header.
 *   <li>Round trips: 1; 2 where the node did not know the script.
 *   <li>Threads: immutable, any number. A call may be sent several times, and runs each time.
 *   <li>Failure: without an answer nobody knows whether it ran, and it is not sent again unless it is {@link #repeatable()}.
 * </ul>
 * {@link #call()} and {@link #send()} hand out an error reply as a value; the typed forms throw it.
 */
public final class ScriptCall {

    /** What sends it. */
    interface Sender {

        Reply call(byte[][] keys, byte[][] arguments, boolean repeatable, Duration timeout);

        CompletionStage<Reply> send(byte[][] keys, byte[][] arguments, boolean repeatable, Duration timeout);
    }

    private final Connection connection;
    private final Signature signature;
    private final Sender sender;
    private final byte[][] keys;
    private final byte[][] arguments;
    private final boolean repeatable;
    private final Duration timeout;

    ScriptCall(Connection connection, Signature signature, Sender sender, byte[][] keys) {
        this(
                connection,
                signature,
                sender,
                keys,
                new byte[0][],
                false,
                connection.options().timeout());
    }

    private ScriptCall(
            Connection connection,
            Signature signature,
            Sender sender,
            byte[][] keys,
            byte[][] arguments,
            boolean repeatable,
            Duration timeout) {
        this.connection = connection;
        this.signature = signature;
        this.sender = sender;
        this.keys = keys;
        this.arguments = arguments;
        this.repeatable = repeatable;
        this.timeout = timeout;
    }

    /**
     * The same call with arguments: whole numbers, {@code BigDecimal} or {@code Double}, texts, {@code byte[]}, booleans (1 and 0),
     * and {@code Duration} where the header says seconds, milliseconds or microseconds.
     *
     * @throws dev.keywright.KeywrightException.Misused when they are not what the header declares; values appear in no message
     */
    public ScriptCall arguments(Object... arguments) {
        byte[][] written = signature.arguments(arguments);
        return new ScriptCall(connection, signature, sender, keys, written, repeatable, timeout);
    }

    /** The same call, of which it is known that running it twice does no harm: it is sent again when its connection breaks. */
    public ScriptCall repeatable() {
        return new ScriptCall(connection, signature, sender, keys, arguments, true, timeout);
    }

    /** The same call with a deadline of its own; the connection's timeout otherwise. */
    public ScriptCall within(Duration timeout) {
        return new ScriptCall(connection, signature, sender, keys, arguments, repeatable, timeout);
    }

    /**
     * Sends it and waits.
     *
     * @return the answer; an error of the script's is a {@link Reply.Failure}
     * @throws dev.keywright.KeywrightException.Unavailable when no answer came in time; says whether it may have run
     */
    public Reply call() {
        return sender.call(keys, argumentsOrNone(), repeatable, timeout);
    }

    /** Sends it; the stage completes on the connection's callbacks executor. */
    public CompletionStage<Reply> send() {
        return sender.send(keys, argumentsOrNone(), repeatable, timeout);
    }

    /** A call for which no arguments were named is checked as well. */
    private byte[][] argumentsOrNone() {
        return arguments.length == 0 ? signature.arguments() : arguments;
    }

    /** Sends it, waits, and reads the answer. */
    public <T> T as(Function<? super Reply, ? extends T> reading) {
        return reading.apply(call().orThrow(signature.toString()));
    }

    /** The answer as a whole number. */
    public long number() {
        return as(Reply::number);
    }

    /** Whether the answer is 1; nil and 0 are false. */
    public boolean flag() {
        return as(reply -> !reply.isNothing() && reply.number() == 1);
    }

    /** The answer as text; empty when it is nil. */
    public Optional<String> text() {
        return as(reply -> reply.isNothing() ? Optional.empty() : Optional.of(reply.text()));
    }

    /** The answer as bytes; empty when it is nil. */
    public Optional<byte[]> bytes() {
        return as(reply -> reply.isNothing() ? Optional.empty() : Optional.of(reply.bytes()));
    }

    /** The answer as whole numbers. */
    public List<Long> numbers() {
        return as(reply -> reply.items().stream().map(Reply::number).toList());
    }

    /** The answer as texts. */
    public List<String> texts() {
        return as(reply -> reply.items().stream().map(Reply::text).toList());
    }

    /** Without keys and arguments, which may be secret. */
    @Override
    public String toString() {
        return "call of " + signature;
    }
}
