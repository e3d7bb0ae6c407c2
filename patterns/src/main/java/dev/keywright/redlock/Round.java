package dev.keywright.redlock;

import dev.keywright.KeywrightException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One question to all masters at once. It is decided as soon as a majority says yes, or that another one has it, else when all have
 * answered or been silent for too long: then it is known of each why not.
 */
final class Round {

    private final List<Master> masters;
    private final List<CompletionStage<Vote>> asked = new ArrayList<>();
    private final Vote[] votes;
    private final CompletableFuture<Result> decided = new CompletableFuture<>();
    private int answers;

    private Round(List<Master> masters) {
        this.masters = masters;
        this.votes = new Vote[masters.size()];
        Arrays.fill(votes, Vote.PENDING);
    }

    /** @param question completes in time, with a vote or a failure */
    static Round ask(List<Master> masters, Function<Master, CompletionStage<Vote>> question) {
        Round round = new Round(masters);
        for (int i = 0; i < masters.size(); i++) {
            int place = i;
            CompletionStage<Vote> vote = sent(question, masters.get(i));
            round.asked.add(vote);
            CompletionStage<Void> unused = vote.thenAccept(answer -> round.answered(place, answer));
        }
        return round;
    }

    private static CompletionStage<Vote> sent(Function<Master, CompletionStage<Vote>> question, Master master) {
        try {
            return question.apply(master).exceptionally(Vote::ofFailure);
        } catch (KeywrightException e) {
            return CompletableFuture.completedStage(Vote.ofFailure(e));
        }
    }

    private void answered(int place, Vote vote) {
        Result result;
        synchronized (this) {
            votes[place] = vote.is(Vote.Kind.YES) ? distinct(vote) : vote;
            answers++;
            result = new Result(masters, List.of(votes));
            if (answers < votes.length && !result.isMajority(Vote.Kind.YES) && !result.isMajority(Vote.Kind.TAKEN)) {
                return;
            }
        }
        decided.complete(result);
    }

    /** Two names of one server are one vote. */
    private Vote distinct(Vote vote) {
        return IntStream.range(0, votes.length)
                .filter(i -> !vote.node().isEmpty()
                        && votes[i].is(Vote.Kind.YES)
                        && votes[i].node().equals(vote.node()))
                .mapToObj(i -> vote.sameAs(masters.get(i).toString()))
                .findFirst()
                .orElse(vote);
    }

    CompletionStage<Result> decided() {
        return decided;
    }

    /** Completes when that master has answered, or has been silent for too long. */
    CompletionStage<Vote> of(int place) {
        return asked.get(place);
    }

    /** The votes when it was decided. */
    record Result(List<Master> masters, List<Vote> votes) {

        static int majority(int masters) {
            return masters / 2 + 1;
        }

        private int count(Vote.Kind kind) {
            return (int) votes.stream().filter(vote -> vote.is(kind)).count();
        }

        boolean isMajority(Vote.Kind kind) {
            return count(kind) >= majority(votes.size());
        }

        /** Whether a majority said yes or no. */
        boolean areEnough() {
            return count(Vote.Kind.YES) + count(Vote.Kind.TAKEN) >= majority(votes.size());
        }

        /** The highest token that was proposed. */
        long highest() {
            return votes.stream()
                    .filter(vote -> vote.is(Vote.Kind.YES))
                    .mapToLong(Vote::number)
                    .max()
                    .orElse(0);
        }

        /** How many said yes, and of the others why not. */
        String story() {
            String why = IntStream.range(0, votes.size())
                    .filter(i -> !votes.get(i).is(Vote.Kind.YES))
                    .mapToObj(i -> masters.get(i) + ": " + votes.get(i).why())
                    .collect(Collectors.joining("; "));
            return count(Vote.Kind.YES) + " of " + votes.size() + " masters said yes, " + majority(votes.size())
                    + " are needed [" + why + "]";
        }
    }
}
