package dev.keywright.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free ports on 127.0.0.1. They lie below the range from which systems number outgoing connections, so a server that is restarted
 * finds its port free again; the cluster bus, 10,000 above, lies there too. Between choice and bind another process may still take
 * a port: whoever binds must be ready to ask again.
 */
final class Ports {

    static final InetAddress LOOPBACK = loopback();
    static final int BUS_OFFSET = 10_000;

    private static final int LOWEST = 10_000;
    private static final int HIGHEST = 22_767;
    private static final Set<Integer> HELD = new HashSet<>();

    private Ports() {}

    /** A port that is free now, together with its cluster bus port, and is given to nobody else in this JVM until released. */
    static synchronized int hold() {
        for (int tries = 0; tries < 10_000; tries++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST + 1);
            if (!HELD.contains(port) && !HELD.contains(port + BUS_OFFSET) && !HELD.contains(port - BUS_OFFSET)) {
                if (free(port) && free(port + BUS_OFFSET)) {
                    HELD.add(port);
                    return port;
                }
            }
        }
        throw new ServerException(
                "No free port (127.0.0.1:" + LOWEST + "-" + HIGHEST + "). Close servers that are not needed.");
    }

    /** Whether that very port is free, and is now held. */
    static synchronized boolean hold(int port) {
        return !HELD.contains(port) && free(port) && HELD.add(port);
    }

    static synchronized void release(int port) {
        HELD.remove(port);
    }

    private static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, LOOPBACK)) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private static InetAddress loopback() {
        try {
            return InetAddress.getByAddress("127.0.0.1", new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
