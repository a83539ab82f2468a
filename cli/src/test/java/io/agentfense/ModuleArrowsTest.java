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

    private static final Map<String, Set<String>> ALLOWED = Map.ofEntries(
            Map.entry("policy", Set.of()),
            Map.entry("rulefile", Set.of("policy")),
            Map.entry("linux", Set.of()),
            Map.entry("ignore", Set.of()),
            Map.entry("secret", Set.of("linux", "ignore")),
            Map.entry("audit", Set.of("linux")),
            Map.entry("alert", Set.of("audit")),
            Map.entry("fuse", Set.of("linux")),
            Map.entry("workspace", Set.of("policy", "linux", "fuse", "secret")),
            Map.entry("egress", Set.of("linux")),
            Map.entry("sandbox", Set.of("workspace", "policy", "linux", "egress")));

    static final List<String> MODULES = new ArrayList<>(ALLOWED.keySet());

    @ParameterizedTest
    @FieldSource("MODULES")
    void usesOnlyWhatItMay(String module) {
        String[] forbidden = java.util.stream.Stream.of(
                        "policy",
                        "rulefile",
                        "linux",
                        "ignore",
                        "secret",
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
