package io.agentfense.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code agentfense doctor}: what this machine offers, what that means, and how to mend what is missing. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        header = {"Looks at what the kernel and the machine offer.", "", "Examples:", "  agentfense doctor", ""},
        footer = {"", "Exit code: 0 if sandboxes can run, 1 if something that they need is missing."})
final class DoctorCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        List<Checkup> found = Checkup.all();
        for (Checkup each : found) {
            System.out.printf("%-8s %-22s %s%n", each.state().label(), each.name(), each.finding());
            if (!each.remedy().isEmpty()) {
                System.out.printf("%-8s %-22s mend: %s%n", "", "", each.remedy());
            }
        }
        return found.stream().anyMatch(each -> each.state() == Checkup.State.MISSING) ? 1 : 0;
    }
}
