package dev.keywright.ops.benchmark;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Through which all bytes of one thread go, whatever connection they are for. For one thread. */
final class Buffers {

    private static final int BYTES = 64 * 1024;

    private final ByteBuffer incoming = ByteBuffer.allocateDirect(BYTES);
    private final ByteBuffer outgoing = ByteBuffer.allocateDirect(BYTES);
    private final byte[] received = new byte[BYTES];

    /** Sends what the connection takes now; answers how much that was. */
    int write(Link link, byte[] bytes, int from, int end) throws IOException {
        int done = from;
        boolean takesMore = true;
        while (done < end && takesMore) {
            int piece = Math.min(end - done, BYTES);
            outgoing.clear();
            outgoing.put(bytes, done, piece).flip();
            int written = link.bytes().write(outgoing);
            done += written;
            takesMore = written == piece;
        }
        return done - from;
    }

    /** Takes what has come, as much as there is room for, into {@link #received}; answers how much that was. */
    int read(Link link) throws IOException {
        incoming.clear();
        int length = link.bytes().read(incoming);
        if (length < 0) {
            throw new EOFException("the connection was closed");
        }
        incoming.flip().get(received, 0, length);
        return length;
    }

    byte[] received() {
        return received;
    }
}
