package dev.keywright.ops.benchmark;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;

/**
 * TLS over a socket that does not block, once the handshake, which does, is over. What is written is wholly sent before the call
 * returns. For one thread.
 */
final class Secured implements ByteChannel {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final SocketChannel socket;
    private final SSLEngine engine;
    private final ByteBuffer sent;
    private final ByteBuffer received;
    private final ByteBuffer clear;

    /** Shakes hands; the socket blocks still. */
    Secured(SocketChannel socket, SSLEngine engine) throws IOException {
        this.socket = socket;
        this.engine = engine;
        int packet = engine.getSession().getPacketBufferSize();
        this.sent = ByteBuffer.allocateDirect(packet);
        this.received = ByteBuffer.allocateDirect(packet).limit(0);
        this.clear = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize())
                .limit(0);
        engine.beginHandshake();
        shakeHands();
    }

    private void shakeHands() throws IOException {
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_WRAP -> wrap(ByteBuffer.allocate(0));
                case NEED_TASK -> engine.getDelegatedTask().run();
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (!unwrap() && receive() < 0) {
                        throw new EOFException("the connection was closed during the TLS handshake");
                    }
                }
                case FINISHED, NOT_HANDSHAKING -> {
                    return;
                }
            }
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int before = into.position();
        while (into.hasRemaining()) {
            if (clear.hasRemaining()) {
                int limit = clear.limit();
                clear.limit(clear.position() + Math.min(clear.remaining(), into.remaining()));
                into.put(clear);
                clear.limit(limit);
            } else if (!unwrap()) {
                int read = receive();
                if (read <= 0) {
                    return read < 0 && into.position() == before ? -1 : into.position() - before;
                }
            }
        }
        return into.position() - before;
    }

    /** Decrypts one packet; false when it has not come as a whole. */
    private boolean unwrap() throws IOException {
        clear.clear();
        SSLEngineResult result = engine.unwrap(received, clear);
        clear.flip();
        if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
            throw new EOFException("the connection was closed");
        }
        if (result.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_TASK) {
            engine.getDelegatedTask().run();
        }
        return result.getStatus() == SSLEngineResult.Status.OK
                && (result.bytesConsumed() > 0 || result.bytesProduced() > 0);
    }

    private int receive() throws IOException {
        received.compact();
        int read = socket.read(received);
        received.flip();
        return read;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        int length = from.remaining();
        while (from.hasRemaining()) {
            wrap(from);
        }
        return length;
    }

    private void wrap(ByteBuffer from) throws IOException {
        sent.clear();
        engine.wrap(from, sent);
        sent.flip();
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (sent.hasRemaining()) {
            if (socket.write(sent) == 0) {
                if (System.nanoTime() > deadline) {
                    throw new IOException("the server takes nothing any more");
                }
                Thread.onSpinWait();
            }
        }
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
