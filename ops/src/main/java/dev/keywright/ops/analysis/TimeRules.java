package dev.keywright.ops.analysis;

import static dev.keywright.ops.Severity.INFO;
import static dev.keywright.ops.Severity.WARNING;

import dev.keywright.ops.analysis.AnalysisRule.Found;
import dev.keywright.ops.analysis.AnalysisRule.Weight;
import dev.keywright.ops.analysis.Patterns.Learned;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/** When keys expire, and which nobody uses. */
final class TimeRules {

    private static final double FEW_VOLATILE = 0.1;
    private static final double WITHOUT_TTL = 0.05;
    private static final long FEWEST = 10;
    private static final double AT_ONCE = 0.25;
    private static final long FEWEST_AT_ONCE = 100;
    private static final Duration SOON = Duration.ofMinutes(10);
    private static final double COLD_RATIO = 0.01;

    /** Words for what should not stay for good. */
    private static final Pattern PASSING = Pattern.compile(
            "(^|[^a-z])(cache|cached|caches|session|sessions|sess|tmp|temp|token|tokens|otp|captcha)([^a-z]|$)",
            Pattern.CASE_INSENSITIVE);

    private TimeRules() {}

    static List<AnalysisRule> all() {
        return List.of(
                new AnalysisRule(
                        "few-volatile-keys",
                        WARNING,
                        "maxmemory-policy is volatile-... and less than 10 % of the keys have a TTL",
                        "When memory is full and no key with a TTL is left to evict, every write fails.",
                        TimeRules::fewVolatile),
                new AnalysisRule(
                        "cache-without-ttl",
                        WARNING,
                        "more than 5 % of the keys of a pattern named cache, session, token, tmp or the like never"
                                + " expire",
                        "They pile up for good.",
                        (subject, found) -> subject.patterns().forEach(pattern -> withoutTtl(subject, pattern, found))),
                new AnalysisRule(
                        "mass-expiry",
                        WARNING,
                        "25 % or more of all keys with a TTL expire within one second, or within one minute that is"
                                + " more than ten minutes away",
                        "The server spends that time deleting, answers slowly, and what was cached is asked of the"
                                + " database at once.",
                        TimeRules::massExpiry),
                new AnalysisRule(
                        "cold-keys",
                        INFO,
                        "keys without a TTL that nobody used for 7 days take 1 % of all or more; of a pattern, 0.1 %",
                        "They take memory and are hardly ever read.",
                        TimeRules::cold));
    }

    private static void fewVolatile(Subject subject, Found found) {
        String policy = subject.origin().evictionPolicy().orElse("");
        if (policy.startsWith("volatile-")
                && subject.keys() > 0
                && subject.expiring() < FEW_VOLATILE * subject.keys()) {
            found.add(
                    "maxmemory-policy is " + policy + " and "
                            + Spoken.percent((double) subject.expiring() / subject.keys()) + " of the keys have a TTL.",
                    "Give what may go a TTL, or CONFIG SET maxmemory-policy allkeys-lru for a cache, noeviction for a"
                            + " store.",
                    Weight.of(0, 0));
        }
    }

    private static void withoutTtl(Subject subject, Learned pattern, Found found) {
        PatternTally tally = pattern.tally();
        long never = tally.keys() - tally.expiring();
        boolean passing = pattern.levels().stream()
                .anyMatch(level -> PASSING.matcher(level.shown()).find());
        if (passing && never >= FEWEST && never > WITHOUT_TTL * tally.keys()) {
            long bytes = tally.bytes() - tally.expiringBytes();
            found.add(
                    pattern,
                    Spoken.count(subject.scaled(never)) + " of " + Spoken.count(subject.scaled(tally.keys()))
                            + " keys of " + pattern.text() + " never expire; they take "
                            + Spoken.bytes(subject.scaled(bytes)) + ".",
                    "Set a TTL where they are written (SET ... EX, EXPIRE), and once for those there are.",
                    Weight.of(never, bytes));
        }
    }

    private static void massExpiry(Subject subject, Found found) {
        ExpiryCalendar calendar = subject.tally().calendar();
        double many = Math.max(FEWEST_AT_ONCE / subject.scale(), AT_ONCE * calendar.keys());
        ExpiryCalendar.Peak second = calendar.second();
        ExpiryCalendar.Peak minute = calendar.minute();
        boolean later = minute.atMillis() - subject.tally().nowMillis() > SOON.toMillis();
        if (second.keys() >= many) {
            tell(subject, found, second, "within one second at ");
        } else if (minute.keys() >= many && later) {
            tell(subject, found, minute, "within one minute from ");
        }
    }

    private static void tell(Subject subject, Found found, ExpiryCalendar.Peak peak, String when) {
        long minute = peak.atMillis() / 60_000;
        String chiefly = subject.patterns().stream()
                .filter(pattern ->
                        pattern.tally().expiring() > 0 && pattern.tally().likelyMinute() == minute)
                .findFirst()
                .map(pattern -> ", chiefly of " + pattern.text())
                .orElse("");
        found.add(
                Spoken.keys(subject.scaled(peak.keys())) + ", "
                        + Spoken.percent((double) peak.keys()
                                / subject.tally().calendar().keys())
                        + " of those with a TTL, expire " + when + Instant.ofEpochMilli(peak.atMillis()) + chiefly
                        + ".",
                "Add a random tenth to each TTL where it is set.",
                Weight.of(peak.keys(), 0));
    }

    private static void cold(Subject subject, Found found) {
        long bytes = subject.patterns().stream()
                .mapToLong(pattern -> pattern.tally().coldBytes())
                .sum();
        if (bytes == 0 || subject.scaled(bytes) < COLD_RATIO * subject.keyBytes()) {
            return;
        }
        for (Learned pattern : subject.patterns()) {
            PatternTally tally = pattern.tally();
            if (tally.coldKeys() > 0 && subject.scaled(tally.coldBytes()) >= subject.worthBytes()) {
                String frozen = tally.frozenKeys() == 0
                        ? "."
                        : "; " + Spoken.count(subject.scaled(tally.frozenKeys())) + " of them for 30 days ("
                                + Spoken.bytes(subject.scaled(tally.frozenBytes())) + ").";
                found.add(
                        pattern,
                        Spoken.keys(subject.scaled(tally.coldKeys())) + " of " + pattern.text() + " without a TTL, "
                                + Spoken.bytes(subject.scaled(tally.coldBytes())) + ", were not used for 7 days"
                                + frozen,
                        "Give them a TTL that each use renews (GETEX), or move them to a store on disk.",
                        Weight.of(tally.coldKeys(), tally.coldBytes()));
            }
        }
    }
}
