package dev.keywright.benchmarks.history;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.benchmarks.history.QueueBook.Life;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The processes of one trial, one per seat; what they say is written into the book. All end with this process. Threads: one. */
final class QueueCrew implements AutoCloseable {

    private static final double PRODUCING = 0.75; // of the time

    /** A shell that lets it go on when it is told to, or this process has ended. */
    private static final String FREEZE = "kill -STOP $1; read line; kill -CONT $1";

    /** Where processes may complain. */
    private static final String LOG = System.getProperty("ledger.log", "");

    /** @param first of what it produces; to work or schedule it is 0 */
    private record Seat(String role, int first, int last) {}

    private static final class Member {

        private final Process process;
        private final Life life = new Life();
        private final Thread listener;
        private volatile boolean works;
        private long frozenUntil;
        private @Nullable Process frost;

        Member(Process process, QueueBook book) {
            this.process = process;
            this.listener = new Thread(() -> listen(book));
            listener.setDaemon(true);
            listener.start();
        }

        private void melt() throws InterruptedException {
            if (frost != null) {
                try {
                    frost.getOutputStream().close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                int unused = frost.waitFor();
                frost = null;
            }
        }

        private void listen(QueueBook book) {
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), US_ASCII))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    works = true;
                    book.hear(life, line);
                }
            } catch (IOException killed) {
                // it was
            }
        }
    }

    private final QueueKind kind;
    private final QueueBook book;
    private final Duration lease;
    private final String uri;
    private final double perSecond;
    private final Random random = new Random(1);
    private final List<Seat> seats = new ArrayList<>();
    private final List<Seat> ended = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();

    QueueCrew(QueueKind kind, QueueBook book, Duration lease, String uri, int numbers, Duration time) {
        this.kind = kind;
        this.book = book;
        this.lease = lease;
        this.uri = uri;
        this.perSecond = numbers / 2.0 / (time.toMillis() / 1e3 * PRODUCING);
        seats.add(new Seat("work", 0, 0));
        seats.add(new Seat("work", 0, 0));
        seats.add(new Seat("work", 0, 0));
        seats.add(new Seat("produce", 1, numbers / 2));
        seats.add(new Seat("produce", numbers / 2 + 1, numbers));
        if (kind == QueueKind.JOBS) {
            seats.add(new Seat("schedule", 0, 0));
            seats.add(new Seat("schedule", 0, 0));
        }
        for (Seat seat : seats) {
            members.add(start(seat));
        }
    }

    private Member start(Seat seat) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                ManagementFactory.getRuntimeMXBean().getClassPath(),
                QueueProcess.class.getName()));
        command.addAll(List.of(kind.argument(), uri, "" + lease.toMillis(), seat.role()));
        if (seat.first() > 0) {
            command.addAll(List.of("" + book.next(seat.first(), seat.last()), "" + seat.last(), "" + perSecond));
        }
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.redirectError(LOG.isEmpty() ? Redirect.DISCARD : Redirect.appendTo(new File(LOG)));
        return new Member(start(builder), book);
    }

    private static Process start(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether all that are to work have begun. */
    boolean works() {
        for (int at = 0; at < seats.size(); at++) {
            if (!members.get(at).works && !ended.contains(seats.get(at))) {
                return false;
            }
        }
        return true;
    }

    /** With {@code -9}, one that works and goes; another one begins in its place. False when there is none such now. */
    boolean killOne() throws InterruptedException {
        int at = random.nextInt(seats.size());
        Member member = members.get(at);
        if (!member.works || member.frost != null || !member.process.isAlive()) {
            return false;
        }
        book.befell(member.life);
        int unused = member.process.destroyForcibly().waitFor();
        member.listener.join();
        members.set(at, start(seats.get(at)));
        return true;
    }

    /** Stops one that works for longer than its lease. */
    boolean freezeOne() {
        Member member = members.get(random.nextInt(seats.size()));
        if (!member.works || member.frost != null || !member.process.isAlive()) {
            return false;
        }
        book.befell(member.life);
        String pid = "" + member.process.pid();
        member.frost = start(new ProcessBuilder("/bin/sh", "-c", FREEZE, "sh", pid));
        member.frozenUntil = System.nanoTime() + lease.toNanos() * 3 / 2;
        return true;
    }

    /** Others begin in place of those that ended before their work, such as those that found no server. */
    void refill() {
        for (int at = 0; at < seats.size(); at++) {
            Seat seat = seats.get(at);
            if (!members.get(at).process.isAlive()
                    && !ended.contains(seat)
                    && (seat.first() == 0 || book.next(seat.first(), seat.last()) <= seat.last())) {
                members.set(at, start(seat));
            }
        }
    }

    /** Lets those go on that are to. */
    void thaw() throws InterruptedException {
        for (Member each : members) {
            if (each.frost != null && System.nanoTime() - each.frozenUntil > 0) {
                each.melt();
                book.befell(each.life);
            }
        }
    }

    /** Whether all is sent. */
    boolean haveProduced() {
        return seats.stream().allMatch(seat -> seat.first() == 0 || book.next(seat.first(), seat.last()) > seat.last());
    }

    /** Nothing more is sent from now on. */
    void endProducing() throws InterruptedException {
        for (int at = 0; at < seats.size(); at++) {
            Member member = members.get(at);
            if (seats.get(at).first() > 0) {
                int unused = member.process.destroyForcibly().waitFor();
                member.listener.join();
                ended.add(seats.get(at));
            }
        }
    }

    @Override
    public void close() {
        for (Member each : members) {
            each.process.destroyForcibly();
        }
        for (Member each : members) {
            try {
                each.melt();
                boolean unused = each.process.waitFor(10, TimeUnit.SECONDS);
                each.listener.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
