package dev.keywright.expert;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** The flow runs one way, and a decision hangs on nothing but task, knowledge and evidence. */
class ArchitectureTest {

    private static final String ROOT = "dev.keywright.expert.";
    private static final List<String> FLOW =
            List.of("task", "knowledge", "workload", "design", "evidence", "choice", "artifact", "proof");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.keywright.expert");

    @Test
    void noStageKnowsALaterOne() {
        for (int i = 0; i < FLOW.size(); i++) {
            for (String later : FLOW.subList(i + 1, FLOW.size())) {
                noClasses()
                        .that()
                        .resideInAPackage(ROOT + FLOW.get(i))
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage(ROOT + later)
                        .allowEmptyShould(true)
                        .check(CLASSES);
            }
        }
    }

    @Test
    void noStageKnowsTheFlow() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.keywright.expert")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.keywright.expert")
                .check(CLASSES);
    }

    @Test
    void decisionsAskNoClockAndNoChance() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + "evidence", ROOT + "proof")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Random.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(ThreadLocalRandom.class)
                .check(CLASSES);
    }

    @Test
    void onlyEvidenceAndProofTouchAServer() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        ROOT + "task",
                        ROOT + "knowledge",
                        ROOT + "workload",
                        ROOT + "design",
                        ROOT + "choice",
                        ROOT + "artifact")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.lettuce..", "dev.keywright.server..", "dev.keywright.connection..")
                .check(CLASSES);
    }
}
