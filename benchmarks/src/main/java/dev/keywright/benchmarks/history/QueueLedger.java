package dev.keywright.benchmarks.history;

import dev.keywright.benchmarks.history.QueueBook.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Producers, workers and schedulers are processes that are killed with {@code -9} and stopped at random, while their server is killed and
 * restarted, frozen, or replaced by a replica that lacks the last writes. In the end every number that was sent must have been handled at
 * least once; what was handled again must have a reason; and at any instant that was looked at, each must have been in exactly one state.
 * Prints a row of Markdown for each contender; the exit status is 4 when one of Keywright's is wrong.
 *
 * <p>Arguments: what befalls the server, {@code everysec}, {@code always} or {@code failover}; how many numbers; most seconds for each
 * contender; contenders (all; see {@link QueueKind}). Linux only.
 */
public final class QueueLedger {

    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final Duration START = Duration.ofMinutes(3);
    private static final double FAULTS = 0.7; // of the time
    private static final Duration QUIET = Duration.ofSeconds(10); // nothing more is handled after it
    private static final long AUDIT_EVERY = TimeUnit.SECONDS.toNanos(3);
    private static final int SHOWN = 10;

    private static final String HEAD =
            "| queue | server | processes killed | stopped | sent | never handled | lost by the server | handled again"
                    + " | after a lease | after the server's fault | sent twice | for no reason | looks at all states |"
                    + " not in one state | seconds scheduled | left out | seconds taken |\n"
                    + "| --- | --- |"
                    + " ---: |".repeat(15);

    private final QueueKind kind;
    private final QueueSite site;
    private final QueueBook book;
    private final QueueCrew crew;
    private final QueueAudit audit;
    private final Random random = new Random(3);
    private final List<String> faults = new ArrayList<>();
    private int looks;
    private int kills;
    private int stops;
    private long lookedAt = System.nanoTime();

    private QueueLedger(QueueKind kind, QueueSite site, QueueBook book, QueueCrew crew, QueueAudit audit) {
        this.kind = kind;
        this.site = site;
        this.book = book;
        this.crew = crew;
        this.audit = audit;
    }

    public static void main(String[] arguments) throws InterruptedException {
        String server = arguments.length > 0 ? arguments[0] : "everysec";
        int numbers = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100_000;
        Duration time = Duration.ofSeconds(arguments.length > 2 ? Long.parseLong(arguments[2]) : 600);
        List<QueueKind> kinds = arguments.length > 3
                ? Arrays.stream(arguments).skip(3).map(QueueKind::named).toList()
                : List.of(QueueKind.values());
        boolean right = true;
        System.out.println(HEAD);
        for (QueueKind kind : kinds) {
            right &= trial(kind, server, numbers, time);
        }
        System.exit(right ? 0 : 4);
    }

    private static boolean trial(QueueKind kind, String server, int numbers, Duration time)
            throws InterruptedException {
        QueueBook book = new QueueBook(kind, numbers, LEASE);
        try (QueueSite site = QueueSite.open(server);
                QueueAudit audit = new QueueAudit(kind, site.uri());
                QueueCrew crew = new QueueCrew(kind, book, LEASE, site.uri(), numbers, time)) {
            QueueLedger ledger = new QueueLedger(kind, site, book, crew, audit);
            if (!Trial.await(START, () -> {
                crew.refill();
                return crew.works();
            })) {
                throw new IllegalStateException("The processes do not come to work (" + kind.argument() + ")");
            }
            long start = System.nanoTime();
            ledger.run(start, time.toNanos());
            return ledger.tell((System.nanoTime() - start) / 1e9);
        }
    }

    /** Every fourth fault is one of the server, every fourth stops a process, the others kill one. */
    private void run(long start, long nanos) throws InterruptedException {
        int fault = 0;
        while (System.nanoTime() - start < nanos * FAULTS) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300 + random.nextInt(900)));
            crew.thaw();
            crew.refill();
            boolean hit = switch (fault % 4) {
                case 2 -> {
                    site.fault(book, audit);
                    yield true;
                }
                case 3 -> crew.freezeOne();
                default -> crew.killOne();
            };
            stops += hit && fault % 4 == 3 ? 1 : 0;
            kills += hit && fault % 4 < 2 ? 1 : 0;
            fault += hit ? 1 : 0;
            look();
        }
        settle(start, nanos);
    }

    /** Lets producers come to their end while there is time, and workers as long as they handle anything. */
    private void settle(long start, long nanos) throws InterruptedException {
        while (!crew.haveProduced() && System.nanoTime() - start < nanos) {
            tend();
        }
        crew.endProducing();
        int handled = book.handled();
        long changedAt = System.nanoTime();
        while (!book.isAllHandled() && System.nanoTime() - changedAt < QUIET.toNanos()) {
            tend();
            if (book.handled() > handled || !crew.works()) {
                handled = book.handled();
                changedAt = System.nanoTime();
            }
        }
    }

    private void tend() throws InterruptedException {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        crew.thaw();
        crew.refill();
        look();
    }

    private void look() {
        if (System.nanoTime() - lookedAt > AUDIT_EVERY) {
            audit.faults().ifPresent(found -> {
                looks++;
                faults.addAll(found);
            });
            lookedAt = System.nanoTime();
        }
    }

    private boolean tell(double seconds) {
        lookedAt -= 2 * AUDIT_EVERY;
        look();
        Verdict verdict = book.verdict();
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %d | %d | %,d | %,d | %,d | %,d | %,d | %,d | %,d | %,d | %s | %s | %s | %s | %.0f |%n",
                kind.title,
                site.history(),
                kills,
                stops,
                verdict.sent(),
                verdict.missing(),
                verdict.lostByServer(),
                verdict.again(),
                verdict.afterLease(),
                verdict.afterServer(),
                verdict.sentTwice(),
                verdict.unexplained(),
                kind.acknowledges ? "" + looks : "-",
                kind.acknowledges ? "" + faults.size() : "-",
                kind == QueueKind.JOBS ? verdict.ticks() + " + " + verdict.ticksAgain() + " again" : "-",
                kind == QueueKind.JOBS ? "" + verdict.ticksLeftOut() : "-",
                seconds);
        faults.stream().limit(SHOWN).forEach(System.err::println);
        book.oddities(SHOWN).forEach(System.err::println);
        return !kind.acknowledges
                || verdict.missing() == 0 && verdict.unexplained() == 0 && faults.isEmpty() && verdict.sent() > 0;
    }
}
