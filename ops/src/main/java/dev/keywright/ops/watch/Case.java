package dev.keywright.ops.watch;

import dev.keywright.ops.Finding;
import dev.keywright.ops.Finding.Place;
import dev.keywright.ops.Severity;
import dev.keywright.ops.config.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One server as the doctor sees it: two looks, and a closer one.
 *
 * @param role what it is for
 * @param found takes what rules find
 */
record Case(NodeSample before, NodeSample now, Details details, Role role, Consumer<Finding> found) {

    private static final Duration RECENT = Duration.ofHours(1);

    /** Looks at one server and says what it finds. */
    interface Look {
        void at(Case server, Symptom symptom);
    }

    /** A rule: what it may find, and how. */
    record Rule(Symptom symptom, Look look) {

        static Rule of(String id, Look look) {
            return new Rule(Symptom.of(id), look);
        }
    }

    void find(Symptom symptom, String what) {
        find(symptom, symptom.severity(), what);
    }

    void find(Symptom symptom, Severity severity, String what) {
        find(symptom, severity, what, symptom.why(), symptom.fix());
    }

    void find(Symptom symptom, Severity severity, String what, String why, String fix) {
        found.accept(new Finding(symptom.id(), severity, what, why, fix, Place.whole(now.address())));
    }

    Info info() {
        return now.info();
    }

    /** Whether figures may be compared. */
    boolean goesOn() {
        return now.follows(before);
    }

    double seconds() {
        return now.secondsSince(before);
    }

    /** How much a counter rose between the looks; 0 when it was reset. */
    double rise(String counter) {
        return Math.max(0, info().number(counter) - before.info().number(counter));
    }

    double rate(String counter) {
        return rise(counter) / seconds();
    }

    /** Since when something counts as recent, by the server's clock. */
    Instant recently() {
        double micros = info().number("server_time_usec");
        return Instant.ofEpochMilli((long) (micros / 1000)).minus(RECENT);
    }

    /** How bad a figure is that has two limits. */
    static Severity graded(double figure, double warning, double error) {
        return figure >= error ? Severity.ERROR : figure >= warning ? Severity.WARNING : Severity.INFO;
    }

    static List<Rule> rules() {
        return Stream.of(RateRules.all(), LookRules.all()).flatMap(List::stream).toList();
    }
}
