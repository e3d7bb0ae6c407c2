package dev.keywright.expert.evidence;

import dev.keywright.expert.design.Design;
import dev.keywright.expert.design.NeedDesign;
import dev.keywright.expert.knowledge.PatternSheet.Candidate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The candidates of one need against each other, within the time it has. They are driven in turns, a short while each, so
 * that whatever else the machine does meets all of them; the first turn only warms up.
 */
record Bout(Site site, Callers callers, Depth depth, Patience patience, List<String> notes, Consumer<String> progress) {

    private static final int CANDIDATES = 3;
    private static final int ROUNDS = 3;

    /** Of the time there is for loading and weighing, the rest being left to driving. */
    private static final double LOAD_SHARE = 0.45;

    /** The first one runs cold, so it gets more than its share. */
    private static final double FIRST_SHARE = 1.3;

    private static final long LEAST_ITEMS = 1_000;

    /** Of its time for loading, what a candidate may spend before the last doubling; then it is weighed. */
    private static final double LOAD_ONLY = 0.8;

    /** Some time is left for removing the samples. */
    private static final double DRIVE_SHARE = 0.92;

    /** What is loaded is also driven, if only shortly. */
    private static final Duration LEAST_DRIVE = Duration.ofMillis(800);

    List<Measurement> between(NeedDesign need, Design design) {
        Fill fill = Fill.of(design, need, site.nowMillis());
        List<Trial> trials = new ArrayList<>();
        for (Candidate candidate : need.candidates().stream().limit(CANDIDATES).toList()) {
            try {
                trials.add(new Trial(candidate, fill, site, depth));
            } catch (CandidateFailure failure) {
                note(candidate.name(), failure);
            }
        }
        site.admit(trials.stream().mapToLong(Trial::neededBytes).sum());
        load(trials);
        drive(trials);
        trials.forEach(Trial::leave);
        return trials.stream().map(Trial::measurement).toList();
    }

    /** The first one, which is the design's own, finds out how large a sample fits the time; the others load as many. */
    private void load(List<Trial> trials) {
        site.beforeLoad();
        Patience all = patience.share(LOAD_SHARE);
        AtomicLong most = new AtomicLong(Long.MAX_VALUE);
        int left = trials.size();
        for (Trial trial : List.copyOf(trials)) {
            progress.accept("loading " + trial.name());
            Patience own = all.share(Math.min(1, FIRST_SHARE / left--));
            attempt(trial, trials, () -> {
                trial.rehearse();
                trial.load(own.share(LOAD_ONLY), most.get());
                trial.weigh(own);
                most.accumulateAndGet(Math.max(LEAST_ITEMS, trial.items()), Math::min);
            });
        }
        site.beforeDrive();
    }

    private void drive(List<Trial> trials) {
        Patience all = patience.share(DRIVE_SHARE).atLeast(LEAST_DRIVE);
        for (int round = 0; round <= ROUNDS; round++) {
            boolean warmUp = round == 0;
            Patience turns = all.share(1.0 / (ROUNDS + 1 - round));
            int left = trials.size();
            for (Trial trial : List.copyOf(trials)) {
                progress.accept("driving " + trial.name());
                Patience own = turns.share(1.0 / left--);
                attempt(trial, trials, () -> trial.drive(callers, own, warmUp));
            }
        }
    }

    /** A candidate that fails is out and leaves a note. */
    private void attempt(Trial trial, List<Trial> trials, Runnable step) {
        try {
            step.run();
        } catch (CandidateFailure failure) {
            patience.goOn();
            note(trial.name(), failure);
            trials.remove(trial);
            trial.leave();
        }
    }

    private void note(String candidate, CandidateFailure failure) {
        notes.add(candidate + " was not measured: " + failure.getMessage());
    }
}
