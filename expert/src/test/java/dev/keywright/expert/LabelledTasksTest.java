package dev.keywright.expert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.expert.LabelledTasks.Labelled;
import dev.keywright.expert.knowledge.Knowledge;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How many labelled tasks are answered entirely right. The held-out files were never looked at while the expert was
 * tuned; their floors are what was reached, less a little, and may only rise.
 */
class LabelledTasksTest {

    private static final Expert EXPERT = new Expert(Knowledge.load());

    @ParameterizedTest
    @CsvSource({
        "tune-a.jsonl, 0.93",
        "tune-b.jsonl, 0.95",
        "tune-c.jsonl, 0.92",
        "tune-d.jsonl, 0.93",
        "tune-e.jsonl, 0.95",
        "tune-f.jsonl, 0.92",
        "tune-g.jsonl, 0.92",
        "tune-h.jsonl, 0.92",
        "tune-i.jsonl, 0.85",
        "messaging.jsonl, 0.93",
        "held-out-g.jsonl, 0.80"
    })
    void answersAtLeastThisShareOfTasksEntirelyRight(String file, double floor) {
        List<Labelled> tasks = LabelledTasks.read(file);
        List<String> wrong = new ArrayList<>();
        for (Labelled task : tasks) {
            List<String> faults = LabelledTasks.faults(EXPERT, task);
            if (!faults.isEmpty()) {
                wrong.add(task.id() + ": " + faults);
            }
        }
        double right = 1 - wrong.size() / (double) tasks.size();
        assertThat(right)
                .as("share of %s answered right; wrong: %s", file, wrong)
                .isGreaterThanOrEqualTo(floor);
    }
}
