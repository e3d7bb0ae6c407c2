package dev.keywright.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

/** Operations know no door; a door calls operations and shows their answers, and nothing else of the product. */
@AnalyzeClasses(packages = "dev.keywright.app", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule OPERATIONS_KNOW_NO_DOOR = noClasses()
            .that()
            .resideInAPackage("dev.keywright.app.operation..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.keywright.app.cli..", "dev.keywright.app.mcp..", "dev.keywright.app.console..", "picocli..");

    /** What a door may know beside operations: the values that go in and come out. */
    private static final Set<String> VALUES = Set.of(
            "dev.keywright.expert.task.Task",
            "dev.keywright.expert.evidence.Depth",
            "dev.keywright.expert.evidence.ServerChoice",
            "dev.keywright.expert.artifact.Answer",
            "dev.keywright.expert.proof.Proof",
            "dev.keywright.expert.design.Amounts");

    @ArchTest
    static final ArchRule DOORS_CALL_OPERATIONS_ONLY = noClasses()
            .that()
            .resideInAPackage("dev.keywright.app.cli..")
            .should()
            .dependOnClassesThat(DescribedPredicate.describe(
                    "are of the product, but neither operations nor values that go in and come out",
                    (JavaClass type) -> type.getPackageName().startsWith("dev.keywright")
                            && !type.getPackageName().startsWith("dev.keywright.app")
                            && !isReport(type)
                            && !VALUES.contains(type.getName().replaceAll("\\$.*", ""))));

    /** What an operation on servers says: a value without a deed of its own. */
    private static boolean isReport(JavaClass type) {
        return type.getPackageName().startsWith("dev.keywright.ops") && (type.isRecord() || type.isEnum());
    }
}
