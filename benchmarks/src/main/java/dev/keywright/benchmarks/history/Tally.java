package dev.keywright.benchmarks.history;

import java.time.Duration;
import java.util.Locale;

/** What befell the processes of one kind of lock, and what came of it. */
record Tally(Faults faults, History.Verdict verdict, int refused, int outlived, int stuck, Duration longestWait) {

    /** How often each happened. */
    record Faults(int pauses, int kills, int partitions, int freezes, int scriptFlushes, int failovers, int flushes) {

        Faults plus(Faults more) {
            return new Faults(
                    pauses + more.pauses,
                    kills + more.kills,
                    partitions + more.partitions,
                    freezes + more.freezes,
                    scriptFlushes + more.scriptFlushes,
                    failovers + more.failovers,
                    flushes + more.flushes);
        }
    }

    Tally plus(Tally more) {
        return new Tally(
                faults.plus(more.faults),
                new History.Verdict(
                        verdict.holds() + more.verdict.holds(),
                        verdict.written() + more.verdict.written(),
                        verdict.tokens() + more.verdict.tokens(),
                        verdict.stale() + more.verdict.stale(),
                        verdict.torn() + more.verdict.torn()),
                refused + more.refused,
                outlived + more.outlived,
                stuck + more.stuck,
                longestWait.compareTo(more.longestWait) > 0 ? longestWait : more.longestWait);
    }

    static final String HEAD =
            "| lock | resource | pauses beyond the lease | kills | partitions | server frozen | SCRIPT FLUSH |"
                    + " failovers | FLUSHALL | holds | writes | late writes refused | late writes accepted | holds torn |"
                    + " tokens not grown | said held after its end | stuck | longest wait |\n"
                    + "| --- | --- |" + " ---: |".repeat(16);

    String row(Kind kind) {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %,d | %d | %d | %d | %d | %d | %d | %,d | %,d | %s | %,d | %,d | %s | %s | %d | %.1f s |",
                kind.title,
                kind.fenced ? "fenced" : "open",
                faults.pauses,
                faults.kills,
                faults.partitions,
                faults.freezes,
                faults.scriptFlushes,
                faults.failovers,
                faults.flushes,
                verdict.holds(),
                verdict.written(),
                kind.fenced ? String.format(Locale.ROOT, "%,d", refused) : "-",
                verdict.stale(),
                verdict.torn(),
                kind.tokens ? "" + verdict.tokens() : "-",
                kind == Kind.NAIVE ? "cannot say" : "" + outlived,
                stuck,
                longestWait.toMillis() / 1e3);
    }
}
