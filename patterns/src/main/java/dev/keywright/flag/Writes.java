package dev.keywright.flag;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;

/** Changes, each written down with who made it and why. */
final class Writes {

    private static final int MOST_WORDS = 1_000;
    private static final int TRIES = 100;
    private static final int CALLS_AT_ONCE = 32;

    private final FlagKeys keys;
    private final Mirror mirror;
    private final int kept;

    Writes(FlagKeys keys, Mirror mirror, int kept) {
        this.keys = keys;
        this.mirror = mirror;
        this.kept = kept;
    }

    FlagKeys.Note note(String subject, String by, String why) {
        if (by.isBlank() || by.length() > MOST_WORDS || why.isBlank() || why.length() > MOST_WORDS) {
            throw new IllegalArgumentException("Who changes it has " + by.length() + " letters, why " + why.length()
                    + "; give 1 to " + MOST_WORDS + " of each, not only blanks");
        }
        return new FlagKeys.Note(subject, by, why, kept);
    }

    private Connection connection() {
        return mirror.connection();
    }

    private Duration deadline() {
        return mirror.deadline();
    }

    // --- flags

    Optional<Flag> read(String id) {
        return flag(id, connection().call(keys.readFlag(id), deadline()));
    }

    CompletionStage<Optional<Flag>> readAsync(String id) {
        return connection().send(keys.readFlag(id), deadline()).thenApply(reply -> flag(id, reply));
    }

    private Optional<Flag> flag(String id, Reply reply) {
        Reply stored = reply.orThrow(keys.toString());
        return stored.isNothing() ? Optional.empty() : Optional.of(read(id, stored.text()));
    }

    private static Flag read(String id, String stored) {
        try {
            return Flag.read(id, stored);
        } catch (IllegalArgumentException unreadable) {
            throw new KeywrightException.Misused(
                    "Flag '" + id + "' cannot be read, and so not changed; a newer release wrote it. Use that one.",
                    unreadable);
        }
    }

    /** How all changes of flags end: what this process knows is what it stored. */
    private <T> T known(T outcome) {
        mirror.catchUp(List.of(keys.prefix()));
        return outcome;
    }

    private <T> CompletionStage<T> knownLater(T outcome) {
        return mirror.caughtUpLater(List.of(keys.prefix())).thenApply(nothing -> outcome);
    }

    private Script.Invocation store(Flag flag, String definition, FlagKeys.Note note) {
        String call = Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), Character.MAX_RADIX);
        return keys.change(flag.id(), flag.version(), call, definition, note);
    }

    private Outcome outcome(Flag flag, Reply reply) {
        List<Reply> words = reply.orThrow(keys.toString()).items();
        if (words.get(0).number() == 1) {
            return new Outcome.Changed(flag.withVersion(words.get(1).number()));
        }
        String stored = words.get(1).text();
        return new Outcome.Overtaken(stored.isEmpty() ? Flag.off(flag.id()) : read(flag.id(), stored));
    }

    /** @param definition to store, empty to remove it */
    Outcome change(Flag flag, String definition, FlagKeys.Note note) {
        Reply reply = store(flag, definition, note).call(connection(), deadline());
        return known(outcome(flag, reply));
    }

    CompletionStage<Outcome> changeAsync(Flag flag, String definition, FlagKeys.Note note) {
        return store(flag, definition, note)
                .send(connection(), deadline())
                .thenCompose(reply -> knownLater(outcome(flag, reply)));
    }

    /** Again and again until nobody was faster. */
    Flag change(String id, UnaryOperator<Flag> change, FlagKeys.Note note) {
        Flag base = read(id).orElseGet(() -> Flag.off(id));
        for (int i = 0; i < TRIES; i++) {
            Flag wanted = wanted(base, change);
            if (wanted.equals(base) && base.version() > 0) {
                return known(base);
            }
            Outcome outcome = change(wanted, wanted.written(), note);
            if (outcome instanceof Outcome.Overtaken overtaken) {
                base = overtaken.current();
            } else {
                return outcome.orThrow();
            }
        }
        throw tooMany(id);
    }

    CompletionStage<Flag> changeAsync(String id, UnaryOperator<Flag> change, FlagKeys.Note note) {
        return readAsync(id).thenCompose(read -> changeAsync(read.orElseGet(() -> Flag.off(id)), change, note, TRIES));
    }

    private CompletionStage<Flag> changeAsync(Flag base, UnaryOperator<Flag> change, FlagKeys.Note note, int tries) {
        Flag wanted = wanted(base, change);
        if (wanted.equals(base) && base.version() > 0) {
            return knownLater(base);
        }
        return changeAsync(wanted, wanted.written(), note).thenCompose(outcome -> {
            if (outcome instanceof Outcome.Overtaken overtaken) {
                return tries > 1
                        ? changeAsync(overtaken.current(), change, note, tries - 1)
                        : CompletableFuture.failedStage(tooMany(base.id()));
            }
            return CompletableFuture.completedStage(outcome.orThrow());
        });
    }

    /** Until it is gone. */
    void remove(String id, FlagKeys.Note note) {
        Optional<Flag> there = read(id);
        for (int i = 0; there.isPresent(); i++) {
            if (i == TRIES) {
                throw tooMany(id);
            }
            there = left(change(there.get(), "", note));
        }
        known(id);
    }

    CompletionStage<String> removeAsync(String id, FlagKeys.Note note) {
        return readAsync(id).thenCompose(read -> removeAsync(id, read, note, TRIES));
    }

    private CompletionStage<String> removeAsync(String id, Optional<Flag> there, FlagKeys.Note note, int tries) {
        if (there.isEmpty()) {
            return knownLater(id);
        }
        return tries == 0
                ? CompletableFuture.failedStage(tooMany(id))
                : changeAsync(there.get(), "", note)
                        .thenCompose(outcome -> removeAsync(id, left(outcome), note, tries - 1));
    }

    /** What is still there to be removed. */
    private static Optional<Flag> left(Outcome outcome) {
        return outcome instanceof Outcome.Overtaken overtaken
                        && overtaken.current().version() > 0
                ? Optional.of(overtaken.current())
                : Optional.empty();
    }

    private static Flag wanted(Flag base, UnaryOperator<Flag> change) {
        Flag wanted = change.apply(base);
        if (!wanted.id().equals(base.id()) || wanted.version() != base.version()) {
            throw new IllegalArgumentException("The change of flag '" + base.id()
                    + "' returned another flag or version; return what it was given, changed by its with... methods");
        }
        return wanted;
    }

    private static KeywrightException tooMany(String id) {
        return new KeywrightException.Unavailable(
                "Others changed flag '" + id + "' each time, " + TRIES + " times; nothing was stored. Try again.",
                false);
    }

    // --- members of groups

    /** @return how many were added or removed */
    long members(boolean add, String group, Collection<String> users, FlagKeys.Note note) {
        Map<FlagKeys.Place, List<String>> placed = placed(group, users);
        long changed = 0;
        for (List<Script.Invocation> some : calls(add, placed, note)) {
            List<Reply> replies = connection()
                    .batch(some.stream().map(Script.Invocation::byDigest).toList(), deadline());
            for (int i = 0; i < replies.size(); i++) {
                Reply reply = Script.isUnknown(replies.get(i))
                        ? connection().call(some.get(i).byText(), deadline())
                        : replies.get(i);
                changed += reply.orThrow(keys.toString()).number();
            }
        }
        mirror.catchUp(written(placed));
        return changed;
    }

    CompletionStage<Long> membersAsync(boolean add, String group, Collection<String> users, FlagKeys.Note note) {
        Map<FlagKeys.Place, List<String>> placed = placed(group, users);
        CompletionStage<Long> changed = CompletableFuture.completedStage(0L);
        for (List<Script.Invocation> some : calls(add, placed, note)) {
            changed = changed.thenCompose(before -> sent(some).thenApply(more -> before + more));
        }
        return changed.thenCompose(
                count -> mirror.caughtUpLater(written(placed)).thenApply(nothing -> count));
    }

    private CompletionStage<Long> sent(List<Script.Invocation> calls) {
        CompletionStage<Long> changed = CompletableFuture.completedStage(0L);
        for (Script.Invocation call : calls) {
            changed = changed.thenCombine(
                    call.send(connection(), deadline()),
                    (before, reply) -> before + reply.orThrow(keys.toString()).number());
        }
        return changed;
    }

    private static Map<FlagKeys.Place, List<String>> placed(String group, Collection<String> users) {
        Map<FlagKeys.Place, List<String>> placed = new LinkedHashMap<>();
        for (String user : users) {
            long number = Users.number(Users.checked(user));
            long page = number < 0 ? Users.pageOfName(Buckets.digest(user)) : Users.pageOf(number);
            placed.computeIfAbsent(new FlagKeys.Place(group, page), none -> new ArrayList<>())
                    .add(user);
        }
        return placed;
    }

    private List<String> written(Map<FlagKeys.Place, List<String>> placed) {
        return placed.keySet().stream().map(keys::key).toList();
    }

    /** So many at a time. */
    private List<List<Script.Invocation>> calls(
            boolean add, Map<FlagKeys.Place, List<String>> placed, FlagKeys.Note note) {
        List<Script.Invocation> calls = new ArrayList<>();
        placed.forEach((place, all) ->
                slices(all, FlagKeys.USERS_AT_ONCE).forEach(some -> calls.add(keys.members(add, place, some, note))));
        return slices(calls, CALLS_AT_ONCE);
    }

    private static <T> List<List<T>> slices(List<T> all, int most) {
        List<List<T>> slices = new ArrayList<>();
        for (int from = 0; from < all.size(); from += most) {
            slices.add(all.subList(from, Math.min(all.size(), from + most)));
        }
        return slices;
    }
}
