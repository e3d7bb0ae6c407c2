package dev.keywright.ops.streams;

import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import dev.keywright.ops.keys.KeySearch;
import dev.keywright.ops.streams.StreamReport.Consumer;
import dev.keywright.ops.streams.StreamReport.Group;
import dev.keywright.ops.streams.StreamReport.OfStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is wrong with a stream. */
final class StreamRules {

    private static final long LONG = 100_000;
    private static final long LARGE_BYTES = 100L << 20;
    private static final long LAGGING = 100;
    private static final long OFTEN = 5;

    private final OfStream stream;
    private final Duration deadAfter;
    private final List<Finding> findings = new ArrayList<>();

    private StreamRules(OfStream stream, Duration deadAfter) {
        this.stream = stream;
        this.deadAfter = deadAfter;
    }

    static List<Finding> of(OfStream stream, Duration deadAfter) {
        StreamRules rules = new StreamRules(stream, deadAfter);
        rules.neverTrimmed();
        for (Group group : stream.groups()) {
            rules.unreadLost(group);
            rules.deadConsumers(group);
            rules.stuck(group);
            rules.poison(group);
            rules.gone(group);
            rules.lagGrows(group);
            rules.abandoned(group);
        }
        return rules.findings;
    }

    private void neverTrimmed() {
        boolean isNever =
                stream.added().filter(added -> added == stream.length()).isPresent();
        boolean isMuch = stream.length() >= LONG || stream.memoryBytes().orElse(0L) >= LARGE_BYTES;
        if (isNever && isMuch) {
            add(
                    "stream-never-trimmed",
                    Severity.WARNING,
                    "None of its " + number(stream.length()) + " entries was ever removed.",
                    "It grows for ever, and what was acknowledged stays, too.",
                    "Let producers trim (XADD ... MAXLEN ~ or MINID ~), or keywright stream <uri> " + key()
                            + " --trim --max-age <time>.");
        }
    }

    private void unreadLost(Group group) {
        if (group.unreadLost() > 0) {
            add(
                    "stream-unread-removed",
                    Severity.ERROR,
                    "Up to " + number(group.unreadLost()) + " entries were removed before " + of(group)
                            + " was given them.",
                    "That group will never see them.",
                    "Trim by what groups need, as keywright stream --trim does, or give the group more consumers.");
        }
    }

    private void deadConsumers(Group group) {
        List<Consumer> dead = group.consumers().stream()
                .filter(consumer -> consumer.dead() && consumer.pending() > 0)
                .toList();
        if (!dead.isEmpty()) {
            long pending = dead.stream().mapToLong(Consumer::pending).sum();
            add(
                    "stream-dead-consumer",
                    Severity.WARNING,
                    number(pending) + " entries are with " + names(dead) + " of " + of(group) + ", not heard of for "
                            + time(deadAfter) + ".",
                    "Nobody else gets them until they are claimed.",
                    "keywright stream <uri> " + key() + " --claim " + KeySearch.word(group.name()) + " --from "
                            + KeySearch.word(dead.get(0).name()) + " --to <consumer>; let consumers call XAUTOCLAIM.");
        }
        List<Consumer> left = group.consumers().stream()
                .filter(consumer -> consumer.dead() && consumer.pending() == 0)
                .toList();
        if (!left.isEmpty()) {
            add(
                    "stream-consumers-left",
                    Severity.INFO,
                    names(left) + " of " + of(group) + " asked for nothing for " + time(deadAfter) + ".",
                    "Consumers stay for ever unless they are deleted; each costs memory and time.",
                    "keywright stream <uri> " + key() + " --delete-consumers " + KeySearch.word(group.name()) + ".");
        }
    }

    private void stuck(Group group) {
        boolean isWithTheLiving =
                group.consumers().stream().anyMatch(consumer -> !consumer.dead() && consumer.pending() > 0);
        if (group.stuck() > 0 && isWithTheLiving) {
            add(
                    "stream-pending-unclaimed",
                    Severity.WARNING,
                    howMany(group) + " entries of " + of(group) + " were given out and not touched for "
                            + time(deadAfter) + ".",
                    "Their consumers live, but forgot or never finished them, and nobody claims them.",
                    "Let consumers read their own pending entries first and call XAUTOCLAIM; once: keywright stream"
                            + " <uri> "
                            + key() + " --claim " + KeySearch.word(group.name()) + " --to <consumer>.");
        }
    }

    private void poison(Group group) {
        if (group.mostDeliveries() >= OFTEN) {
            add(
                    "stream-poison",
                    Severity.WARNING,
                    "A pending entry of " + of(group) + " was delivered " + number(group.mostDeliveries()) + " times.",
                    "Its handler fails each time, and will again.",
                    "Look at it (XRANGE " + key() + " <id> <id>), put it aside and XACK it.");
        }
    }

    private void gone(Group group) {
        boolean isGone = group.oldestPending()
                .filter(oldest -> stream.firstId()
                        .map(first -> Id.of(oldest).isBefore(Id.of(first)))
                        .orElse(true))
                .isPresent();
        if (isGone) {
            add(
                    "stream-pending-removed",
                    Severity.WARNING,
                    "Pending entries of " + of(group) + " from "
                            + group.oldestPending().orElse("") + " on are not in the stream any more.",
                    "They were removed before they were acknowledged; whoever claims them gets nothing.",
                    "Trim by what groups need; XAUTOCLAIM takes such entries off the list.");
        }
    }

    private void lagGrows(Group group) {
        double growth = group.lagPerSecond().orElse(0.0);
        if (growth > 0 && group.lag().orElse(0L) >= LAGGING) {
            add(
                    "stream-lag-grows",
                    Severity.WARNING,
                    of(group) + " lags by " + number(group.lag().get()) + " entries and by "
                            + String.format(Locale.ROOT, "%,.0f", growth) + " more each second.",
                    "It is given less than comes in.",
                    "Add consumers, let each take more at once (COUNT), or make handlers faster.");
        }
    }

    private void abandoned(Group group) {
        boolean isDead = group.consumers().stream().allMatch(Consumer::dead);
        if (isDead && group.lag().orElse(stream.length()) > 0) {
            add(
                    "stream-group-abandoned",
                    Severity.WARNING,
                    of(group) + " has no consumer that lives, and lags by "
                            + group.lag().map(StreamRules::number).orElse("an unknown number of") + " entries.",
                    "Whoever trims by what groups need keeps everything for it.",
                    "Start its consumers, or forget it: XGROUP DESTROY " + key() + " " + KeySearch.word(group.name())
                            + ".");
        }
    }

    private static String howMany(Group group) {
        return number(group.stuck()) + (group.stuckExact() ? "" : " or more");
    }

    private static String of(Group group) {
        return "group " + group.name();
    }

    private static String names(List<Consumer> consumers) {
        return consumers.size() == 1
                ? "consumer " + consumers.get(0).name()
                : consumers.size() + " consumers (" + consumers.get(0).name() + " ...)";
    }

    private static String time(Duration time) {
        long seconds = time.toSeconds();
        return seconds == 0 ? time.toMillis() + " ms" : seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
    }

    private String key() {
        return KeySearch.word(stream.key());
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private void add(String id, Severity severity, String what, String why, String fix) {
        findings.add(new Finding(id, severity, capital(what), why, fix, Finding.Place.whole(stream.key())));
    }

    private static String capital(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}
