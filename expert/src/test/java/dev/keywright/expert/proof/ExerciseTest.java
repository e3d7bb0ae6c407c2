package dev.keywright.expert.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.expert.artifact.SampleDesigns;
import dev.keywright.expert.evidence.Designs;
import dev.keywright.expert.evidence.Exercise;
import dev.keywright.server.Cluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExerciseTest {

    private static final int ITEMS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void theOperationsOfEveryPatternRunOnACluster() {
        try (Cluster cluster = Cluster.start(3);
                Connection connection = Connection.open(cluster.uri())) {
            List<String> refused = new ArrayList<>();
            Set<String> known = new HashSet<>();
            int patterns = 0;
            for (String pattern : SampleDesigns.patterns()) {
                for (Exercise exercise : Exercise.of(Designs.of(pattern), 0, true)) {
                    patterns++;
                    cluster.flushAll();
                    exercise.scripts().values().stream()
                            .filter(known::add)
                            .forEach(script -> cluster.nodes().forEach(node -> node.command("SCRIPT", "LOAD", script)));
                    for (Reply reply : connection.batch(commands(exercise), PATIENCE)) {
                        if (reply instanceof Reply.Failure failure) {
                            refused.add(pattern + ": " + failure.message());
                        }
                    }
                }
            }
            assertThat(patterns).isGreaterThan(30);
            assertThat(refused).isEmpty();
        }
    }

    private static List<Command> commands(Exercise exercise) {
        List<Command> commands = new ArrayList<>();
        for (int i = 0; i < ITEMS; i++) {
            commands.addAll(exercise.load(i));
        }
        for (int i = 0; i < ITEMS * exercise.driven().size(); i++) {
            commands.addAll(exercise.drive(i, ITEMS));
            commands.addAll(exercise.driveByBody(i, ITEMS));
        }
        return commands;
    }
}
