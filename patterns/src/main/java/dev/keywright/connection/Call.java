package dev.keywright.connection;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * One sending of a command: what the transport writes, fills with the reply and completes. Lettuce keeps its own future,
 * timeout and output objects out of the way of this class, which is all four in one, because a call is the hottest path
 * there is.
 *
 * <p>The transport's thread writes the reply; whoever settles the call first (reply, broken connection, timeout,
 * interrupt) wins, and {@link #settled} runs once. A call that was abandoned still takes its reply off the wire, so the
 * order of the others is kept.
 */
abstract class Call extends CommandOutput<byte[], byte[], Reply> implements RedisCommand<byte[], byte[], Reply> {

    /** Why there is no reply. */
    record Broken(@Nullable Throwable cause, boolean written) {}

    /** Lettuce keeps one reply to itself: the one that MULTI makes of every command. */
    private static final Reply QUEUED = new Reply.Text("QUEUED".getBytes(StandardCharsets.US_ASCII));

    private static final VarHandle OUTCOME;

    static {
        try {
            OUTCOME = MethodHandles.lookup().findVarHandle(Call.class, "outcome", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Command command;
    private volatile @Nullable Object outcome;
    private volatile boolean written;
    private @Nullable CommandArgs<byte[], byte[]> routing;

    // The reply under construction; touched by the transport's thread alone.
    private @Nullable Reply reply;
    private @Nullable Frame frame;

    private static final class Frame {
        final @Nullable Frame parent;
        final Reply[] items;
        int filled;

        Frame(@Nullable Frame parent, int size) {
            this.parent = parent;
            this.items = new Reply[size];
        }
    }

    @SuppressWarnings("NullAway") // Lettuce's "no output yet" is null
    Call(Command command) {
        super(ByteArrayCodec.INSTANCE, null);
        this.command = command;
    }

    /** Runs once, on the thread that settled the call, which may be the transport's: must be short. */
    abstract void settled();

    /** A {@link Reply}, a {@link Broken}, or null while pending. */
    final @Nullable Object outcome() {
        return outcome;
    }

    final boolean written() {
        return written;
    }

    /** Settles the call unless it is settled. */
    final boolean settle(Object result) {
        if (outcome == null && OUTCOME.compareAndSet(this, null, result)) {
            settled();
            return true;
        }
        return false;
    }

    // --- what the transport writes

    @Override
    public final void encode(ByteBuf buffer) {
        written = true;
        command.writeTo(buffer);
    }

    /** Only a Cluster asks, to find the slot. */
    @Override
    @SuppressWarnings("NullAway") // null means "no key" to Lettuce
    public final @Nullable CommandArgs<byte[], byte[]> getArgs() {
        byte[] key = command.routingKey();
        if (routing == null && key != null) {
            routing = new CommandArgs<>(ByteArrayCodec.INSTANCE).addKey(key);
        }
        return routing;
    }

    @Override
    public final ProtocolKeyword getType() {
        return new Name(command.name());
    }

    private record Name(String word) implements ProtocolKeyword {
        @Override
        public byte[] getBytes() {
            return word.getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public String toString() {
            return word;
        }
    }

    // --- how the transport ends it

    @Override
    public final void complete() {
        Reply answer = reply;
        if (error != null) {
            answer = new Reply.Failure(error);
        }
        settle(answer == null ? QUEUED : answer);
    }

    @Override
    public final boolean completeExceptionally(Throwable throwable) {
        return settle(new Broken(throwable, written));
    }

    @Override
    public final void cancel() {
        settle(new Broken(new CancellationException(), written));
    }

    @Override
    public final boolean isCancelled() {
        return outcome instanceof Broken;
    }

    @Override
    public final boolean isDone() {
        return outcome != null;
    }

    @Override
    public final CommandOutput<byte[], byte[], Reply> getOutput() {
        return this;
    }

    @Override
    public final void setOutput(CommandOutput<byte[], byte[], Reply> output) {
        throw new UnsupportedOperationException("a call reads its own reply");
    }

    // --- how the reply is read

    private void add(Reply value) {
        Reply whole = value;
        Frame open = frame;
        while (open != null) {
            open.items[open.filled++] = whole;
            if (open.filled < open.items.length) {
                frame = open;
                return;
            }
            whole = items(open);
            open = open.parent;
        }
        frame = null;
        reply = whole;
    }

    private static Reply items(Frame frame) {
        return new Reply.Items(List.of(frame.items));
    }

    @Override
    public final void set(@Nullable ByteBuffer bytes) {
        if (bytes == null) {
            add(Reply.Nothing.NOTHING);
        } else {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            add(new Reply.Text(copy));
        }
    }

    @Override
    public final void set(long integer) {
        add(new Reply.Whole(integer));
    }

    @Override
    public final void set(double number) {
        add(new Reply.Decimal(number));
    }

    @Override
    public final void set(boolean value) {
        add(new Reply.Whole(value ? 1 : 0));
    }

    @Override
    public final void setError(ByteBuffer message) {
        if (frame == null) {
            super.setError(message);
        } else {
            add(new Reply.Failure(decodeString(message)));
        }
    }

    /** Lettuce takes the error away when it follows a MOVED or ASK: the command did not run, and is sent to another node. */
    @Override
    public final void setError(@Nullable String message) {
        if (message == null) {
            error = null;
            written = false;
        } else {
            super.setError(message);
        }
    }

    @Override
    public final void multi(int count) {
        if (count < 0) {
            add(Reply.Nothing.NOTHING);
        } else if (count == 0) {
            add(new Reply.Items(List.of()));
        } else {
            frame = new Frame(frame, count);
        }
    }

    @Override
    public final String toString() {
        return command + (written ? " (written)" : " (not written)");
    }
}
