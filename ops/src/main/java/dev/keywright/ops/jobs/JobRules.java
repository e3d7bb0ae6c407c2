package dev.keywright.ops.jobs;

import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import dev.keywright.ops.jobs.JobsReport.OfQueue;
import dev.keywright.ops.keys.KeySearch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is wrong with a job queue. */
final class JobRules {

    private static final double LONG_SECONDS = 60;
    private static final double LATE_SECONDS = 5;

    private final OfQueue queue;
    private final List<Finding> findings = new ArrayList<>();

    private JobRules(OfQueue queue) {
        this.queue = queue;
    }

    static List<Finding> of(OfQueue queue) {
        JobRules rules = new JobRules(queue);
        rules.dead();
        rules.unattended();
        rules.waits();
        rules.paused();
        rules.late();
        return rules.findings;
    }

    private void dead() {
        long dead = queue.counts().dead();
        if (dead > 0) {
            String cause = queue.causes().isEmpty()
                    ? ""
                    : ", most often of '" + queue.causes().get(0).text() + "'";
            add(
                    "jobs-dead",
                    Severity.WARNING,
                    number(dead) + (dead == 1 ? " job is" : " jobs are") + " dead" + cause + ".",
                    "They failed for good and wait for somebody's decision; in the end retention removes them.",
                    "Look: keywright jobs <uri> " + KeySearch.word(queue.name())
                            + " --list dead; mend the cause, then --redrive or --purge dead.");
        }
    }

    private void unattended() {
        boolean isWaiting =
                queue.counts().ready() + queue.counts().inbox() > 0 || queue.overdueSeconds() > LATE_SECONDS;
        boolean isNobody = queue.workers().filter(workers -> workers == 0).isPresent()
                && queue.counts().active() == 0;
        if (isWaiting && isNobody && !queue.paused()) {
            add(
                    "jobs-no-worker",
                    Severity.ERROR,
                    "Jobs wait, and no worker has asked for one within its lease.",
                    "Nothing of it will be done.",
                    "Start a worker for this queue, or look why it does not reach this server.");
        }
    }

    private void waits() {
        if (queue.oldestSeconds() >= LONG_SECONDS && !queue.paused()) {
            boolean isFalling = queue.perSecond()
                    .filter(rates -> rates.taken() > rates.enqueued())
                    .isPresent();
            add(
                    "jobs-wait-long",
                    isFalling ? Severity.INFO : Severity.WARNING,
                    "The oldest ready job has waited for "
                            + String.format(Locale.ROOT, "%,.0f s", queue.oldestSeconds()) + ", and "
                            + number(queue.counts().ready()) + " are ready.",
                    isFalling ? "Workers are catching up." : "Workers do not keep up with what comes in.",
                    "Give it more workers or threads, or raise limits of rate and concurrency.");
        }
    }

    private void paused() {
        if (queue.paused()) {
            add(
                    "jobs-paused",
                    Severity.WARNING,
                    "The queue is paused.",
                    "No job is begun in any process.",
                    "keywright jobs <uri> " + KeySearch.word(queue.name()) + " --resume --yes.");
        }
    }

    private void late() {
        if (queue.totals().late() > 0) {
            add(
                    "jobs-late-results",
                    Severity.INFO,
                    number(queue.totals().late()) + " results came when the job was not their worker's any more, and "
                            + number(queue.totals().lost()) + " jobs lost their worker.",
                    "Work was done twice: workers stopped, or were held up for longer than a lease.",
                    "Look at pauses of the workers' machines, or make the lease longer.");
        }
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private void add(String id, Severity severity, String what, String why, String fix) {
        findings.add(new Finding(id, severity, what, why, fix, Finding.Place.whole(queue.name())));
    }
}
