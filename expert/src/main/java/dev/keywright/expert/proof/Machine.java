package dev.keywright.expert.proof;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this machine has to spare. */
final class Machine {

    private static final Path LINUX = Path.of("/proc/meminfo");

    private Machine() {}

    /** Memory that programs may still take, without driving others out. */
    static long freeBytes() {
        if (Files.isReadable(LINUX)) {
            try {
                for (String line : Files.readAllLines(LINUX)) {
                    if (line.startsWith("MemAvailable:")) {
                        return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
                    }
                }
            } catch (IOException unreadable) {
                return system().getFreeMemorySize();
            }
        }
        return system().getFreeMemorySize();
    }

    /** How busy all processors were since the last call, 0 to 1. */
    static double busyRatio() {
        return Math.max(0, system().getCpuLoad());
    }

    private static OperatingSystemMXBean system() {
        return (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    }
}
