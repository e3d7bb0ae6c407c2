package dev.keywright.benchmarks.history;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.benchmarks.history.LockClient.Grip;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread of a process that acquires a lock, writes under it and releases it, over and over, and tells the {@link Desk} each step. It looks
 * whether it holds the lock before it works for what it then writes, as careful code does. The process ends when the desk says so or is gone.
 */
final class Worker implements Runnable {

    /** Long beyond every fault; who waits longer is stuck. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int WRITES = 3;
    private static final long LONGEST_WORK = TimeUnit.MILLISECONDS.toNanos(8);

    private final LockClient locks;
    private final List<String> names;
    private final Random random;
    private final Socket socket;
    private final BufferedReader answers;

    private Worker(LockClient locks, List<String> names, long seed, int port, String seat) throws IOException {
        this.locks = locks;
        this.names = names;
        this.random = new Random(seed);
        this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        this.answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
        say("hello", seat);
    }

    /** Arguments: kind, URI, milliseconds of the lease, port of the desk, seat, threads, seed, names of locks. */
    public static void main(String[] arguments) throws Exception {
        Kind kind = Kind.named(arguments[0]);
        Duration lease = Duration.ofMillis(Long.parseLong(arguments[2]));
        int threads = Integer.parseInt(arguments[5]);
        long seed = Long.parseLong(arguments[6]);
        List<String> names = List.of(arguments).subList(7, arguments.length);
        Thread[] all = new Thread[threads];
        try (LockClient locks = LockClient.open(kind, arguments[1], lease)) {
            for (int i = 0; i < threads; i++) {
                all[i] = new Thread(new Worker(locks, names, seed + i, Integer.parseInt(arguments[3]), arguments[4]));
                all[i].start();
            }
            for (Thread each : all) {
                each.join();
            }
        }
        Runtime.getRuntime().halt(0); // whatever threads a library has left
    }

    private String say(Object... words) throws IOException {
        StringBuilder line = new StringBuilder();
        for (Object word : words) {
            line.append(word).append(' ');
        }
        socket.getOutputStream().write(line.append('\n').toString().getBytes(US_ASCII));
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("The desk is gone");
        }
        return answer;
    }

    @Override
    public void run() {
        try (socket) {
            while (true) {
                String name = names.get(random.nextInt(names.size()));
                if (!say("ask", name).equals("go")) {
                    return;
                }
                Grip grip = acquire(name);
                if (grip == null) {
                    say("stuck", name);
                } else {
                    say("granted", name, grip.token());
                    use(grip);
                }
            }
        } catch (IOException gone) {
            Runtime.getRuntime().halt(1); // the desk is
        }
    }

    private @Nullable Grip acquire(String name) {
        long start = System.nanoTime();
        for (long left = PATIENCE.toNanos(); left > 0; left = PATIENCE.toNanos() - (System.nanoTime() - start)) {
            try {
                Grip grip = locks.acquire(name, Duration.ofNanos(left));
                if (grip != null) {
                    return grip;
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            } catch (RuntimeException away) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20)); // Redis; it is asked again
            }
        }
        return null;
    }

    private void use(Grip grip) throws IOException {
        boolean over = false;
        int writes = 1 + random.nextInt(WRITES);
        for (int i = 0; isHeld(grip, over) && i < writes; i++) {
            say("work"); // here processes are stopped and killed
            LockSupport.parkNanos(1 + (long) (random.nextDouble() * LONGEST_WORK));
            String answer = say("write");
            over = say("over").equals("yes");
            if (answer.equals("refused")) {
                break;
            }
        }
        if (over) {
            boolean unused = isHeld(grip, true);
        }
        try {
            grip.release();
        } catch (RuntimeException lost) {
            // it was lost, or Redis is away
        }
    }

    private boolean isHeld(Grip grip, boolean over) throws IOException {
        try {
            boolean held = grip.isHeld();
            if (held && over) {
                say("outlived");
            }
            return held;
        } catch (RuntimeException away) {
            return false;
        }
    }
}
