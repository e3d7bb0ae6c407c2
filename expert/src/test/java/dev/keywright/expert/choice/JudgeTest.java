package dev.keywright.expert.choice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.expert.design.Design;
import dev.keywright.expert.design.NeedDesign;
import dev.keywright.expert.evidence.Designs;
import dev.keywright.expert.evidence.Evidence;
import dev.keywright.expert.evidence.Measurement;
import dev.keywright.expert.evidence.SavedEvidence;
import dev.keywright.expert.knowledge.PatternSheet.Candidate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JudgeTest {

    private static final Design LEADERBOARD = Designs.of("leaderboard");

    @Test
    void savedEvidenceLeadsToTheSameChoice() {
        Evidence evidence = evidence(LEADERBOARD, 1.003);
        Choice first = new Judge().choose(LEADERBOARD, evidence);
        Choice again = new Judge().choose(Designs.of("leaderboard"), SavedEvidence.read(SavedEvidence.write(evidence)));
        assertThat(again.needs()).isEqualTo(first.needs());
        assertThat(again.memory()).isEqualTo(first.memory());
        assertThat(first.needs().get(0).measured()).isPresent();
        assertThat(first.needs().get(0).lost()).anyMatch(lost -> lost.measured().isPresent());
    }

    @Test
    void theEstimateSaysThatASampleConfirmedTheModel() {
        Choice choice = new Judge().choose(LEADERBOARD, evidence(LEADERBOARD, 1.003));
        assertThat(choice.memory().basis()).startsWith("model, checked by a sample of 4,096: error 0.3 %");
        assertThat(choice.memory().totalBytes()).isEqualTo(LEADERBOARD.memory().totalBytes());
    }

    @Test
    void theEstimateIsCorrectedWhereTheModelWasOff() {
        Choice choice = new Judge().choose(LEADERBOARD, evidence(LEADERBOARD, 1.25));
        assertThat(choice.memory().basis())
                .startsWith("model, checked by a sample of 4,096: error 25.0 %, corrected by it");
        double data = LEADERBOARD.memory().totalBytes() - 1e6;
        assertThat(choice.memory().totalBytes() - 1e6).isBetween(data * 0.79, data * 0.81);
        assertThat(choice.memory().machineBytes())
                .isLessThan(LEADERBOARD.memory().machineBytes());
    }

    @Test
    void withoutEvidenceTheEstimateIsTheModels() {
        assertThat(new Judge().choose(LEADERBOARD, Evidence.NONE).memory()).isEqualTo(LEADERBOARD.memory());
    }

    /** Figures for every candidate; the model is off by the same factor for all. */
    private static Evidence evidence(Design design, double modelToMeasured) {
        List<Measurement> measurements = new ArrayList<>();
        NeedDesign need = design.needs().get(0);
        for (Candidate candidate : need.candidates()) {
            double bytes = 80 + 40.0 * measurements.size();
            measurements.add(new Measurement(
                    candidate.pattern(),
                    candidate.structure(),
                    candidate.name(),
                    4096,
                    bytes,
                    bytes * modelToMeasured,
                    "skiplist",
                    20_000 - 6_000.0 * measurements.size(),
                    0.3,
                    1.1));
        }
        return new Evidence("redis 7.0.15 libc (embedded)", 8, measurements, List.of());
    }
}
