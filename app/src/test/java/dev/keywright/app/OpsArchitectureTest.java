package dev.keywright.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Whatever operates servers stands on what is below it; no two packages need each other. */
@AnalyzeClasses(packages = "dev.keywright.ops", importOptions = ImportOption.DoNotIncludeTests.class)
class OpsArchitectureTest {

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("dev.keywright.ops.(**)").should().beFreeOfCycles();

    /** Each of these could be used alone. */
    @ArchTest
    static final ArchRule GROUND_KNOWS_NO_OTHER = noClasses()
            .that()
            .resideInAnyPackage("dev.keywright.ops.wire", "dev.keywright.ops.rdb", "dev.keywright.ops.memory")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.keywright.ops.analysis..",
                    "dev.keywright.ops.scan..",
                    "dev.keywright.ops.optimize..",
                    "dev.keywright.ops.watch..",
                    "dev.keywright.ops.benchmark..",
                    "dev.keywright.ops.hot..",
                    "dev.keywright.ops.backup..");
}
