package io.agentfense;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The arrows of ARCHITECTURE.md: a module uses what it may use and nothing else. */
class ModuleArrowsTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.agentfense");

    private static final Map<String, Set<String>> ALLOWED = Map.of(
            "policy", Set.of(),
            "rulefile", Set.of("policy"),
            "linux", Set.of(),
            "audit", Set.of("linux"),
            "alert", Set.of("audit"),
            "fuse", Set.of("linux"),
            "workspace", Set.of("policy", "linux", "fuse"),
            "egress", Set.of("linux"),
            "sandbox", Set.of("workspace", "policy", "linux", "egress"));

    static final List<String> MODULES = new ArrayList<>(ALLOWED.keySet());

    @ParameterizedTest
    @FieldSource("MODULES")
    void usesOnlyWhatItMay(String module) {
        String[] forbidden = java.util.stream.Stream.of(
                        "policy",
                        "rulefile",
                        "linux",
                        "audit",
                        "alert",
                        "fuse",
                        "workspace",
                        "egress",
                        "sandbox",
                        "cli")
                .filter(other -> !other.equals(module) && !ALLOWED.get(module).contains(other))
                .map(other -> "io.agentfense." + other + "..")
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage("io.agentfense." + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden)
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void theRulesNeedNothingOfTheMachine() {
        // A ByteArrayOutputStream is memory, wherever its package says it lives.
        var machine = resideInAnyPackage("java.io..", "java.nio.file..", "java.lang.foreign..", "java.net..")
                .and(not(type(ByteArrayOutputStream.class)));
        noClasses()
                .that()
                .resideInAPackage("io.agentfense.policy..")
                .should()
                .dependOnClassesThat(machine)
                .check(CLASSES);
    }

    @Test
    void modulesHaveNoCycles() {
        slices().matching("io.agentfense.(*)..").should().beFreeOfCycles().check(CLASSES);
    }
}
