package dev.keywright.benchmarks.history;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that produces, works or schedules until it is killed, or its standard input ends. It says what it does on its standard output,
 * each time before the next step: a pipe keeps what was said by who is killed.
 *
 * <ul>
 *   <li>{@code t first last}: tries to send these; {@code s first last}: was told that they are sent
 *   <li>{@code b number}: begins with it; {@code d number}: has done it
 *   <li>{@code k second}: has done what is scheduled for that second; {@code o}: began
 * </ul>
 */
final class QueueProcess {

    private static final int THREADS = 8;
    private static final int MOST_AT_ONCE = 20;
    private static final int ONE_FAILS_OF = 500;
    private static final long LONGEST_WORK = TimeUnit.MILLISECONDS.toNanos(4);
    private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

    private final QueueKind kind;
    private final QueueClient client;

    private QueueProcess(QueueKind kind, QueueClient client) {
        this.kind = kind;
        this.client = client;
    }

    /** Arguments: kind, URI, milliseconds of the lease, role; for {@code produce} first, last, how many in a second. */
    public static void main(String[] arguments) throws IOException {
        QueueKind kind = QueueKind.named(arguments[0]);
        Duration lease = Duration.ofMillis(Long.parseLong(arguments[2]));
        QueueProcess process = new QueueProcess(kind, QueueClient.open(kind, arguments[1], lease));
        say("o");
        switch (arguments[3]) {
            case "produce" -> {
                new Thread(QueueProcess::endWithInput).start();
                process.produce(
                        Integer.parseInt(arguments[4]),
                        Integer.parseInt(arguments[5]),
                        Double.parseDouble(arguments[6]));
            }
            case "schedule" -> {
                process.client.tick();
                endWithInput();
            }
            default -> {
                process.client.work(THREADS, process::handle, second -> say("k " + second));
                endWithInput();
            }
        }
        Runtime.getRuntime().halt(0);
    }

    private static void endWithInput() {
        try {
            while (System.in.read() >= 0) {
                LockSupport.parkNanos(1);
            }
        } catch (IOException e) {
            // it ends as well
        }
        Runtime.getRuntime().halt(0);
    }

    private static synchronized void say(String line) {
        try {
            OUT.write((line + "\n").getBytes(US_ASCII));
        } catch (IOException nobodyHears) {
            Runtime.getRuntime().halt(1);
        }
    }

    private void handle(int number) {
        say("b " + number);
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(LONGEST_WORK));
        if (kind.acknowledges && ThreadLocalRandom.current().nextInt(ONE_FAILS_OF) == 0) {
            throw new IllegalStateException("bad luck");
        }
        say("d " + number);
    }

    /** What it does not know to be sent it sends again. */
    private void produce(int first, int last, double perSecond) {
        long start = System.nanoTime();
        int next = first;
        while (next <= last) {
            int until = Math.min(last, next + ThreadLocalRandom.current().nextInt(MOST_AT_ONCE));
            while (!send(next, until)) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
            next = until + 1;
            long due = start + (long) ((next - first) / perSecond * 1e9);
            while (due - System.nanoTime() > 0) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
        }
    }

    private boolean send(int first, int last) {
        say("t " + first + ' ' + last);
        try {
            client.send(first, last);
        } catch (RuntimeException unknown) {
            return false;
        }
        say("s " + first + ' ' + last);
        return true;
    }
}
