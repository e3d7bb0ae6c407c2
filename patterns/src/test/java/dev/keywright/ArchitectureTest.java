package dev.keywright;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;

/** What the compiler cannot see of the house's order. */
@AnalyzeClasses(packages = "dev.keywright", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule onlyTheConnectionKnowsTheClient = noClasses()
            .that(not(resideInAPackage("dev.keywright.connection")))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.lettuce..", "io.netty..", "reactor..");

    @ArchTest
    static final ArchRule noPublicTypeShowsTheClient = noClasses()
            .that()
            .arePublic()
            .and()
            .resideInAPackage("dev.keywright.connection")
            .and()
            .areNotMemberClasses()
            .and()
            .doNotHaveSimpleName("Session")
            .and()
            .doNotHaveSimpleName("Command")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.lettuce..", "io.netty..");

    @ArchTest
    static final ArchRule layersPointDownwards = noClasses()
            .that()
            .resideInAnyPackage("dev.keywright.connection", "dev.keywright.script", "dev.keywright.key")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.keywright.limit");

    @ArchTest
    static final ArchRule theConnectionKnowsNoScriptAndNoKey = noClasses()
            .that()
            .resideInAPackage("dev.keywright.connection")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.keywright.script", "dev.keywright.key");

    @ArchTest
    static final ArchRule noCycles =
            slices().matching("dev.keywright.(*)..").should().beFreeOfCycles();

    /** X4: with no wall clock in the library, a wrong one on a client changes no decision. */
    @ArchTest
    static final ArchRule nobodyAsksTheClockOfTheWall = noClasses()
            .that()
            .resideOutsideOfPackages("dev.keywright.server", "dev.keywright.testing")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(Clock.class, "systemDefaultZone");

    @ArchTest
    static final ArchRule errorsAreOurs = classes()
            .that()
            .areAssignableTo(Exception.class)
            .and()
            .resideOutsideOfPackages("dev.keywright.server", "dev.keywright.testing")
            .should()
            .beAssignableTo(KeywrightException.class);
}
