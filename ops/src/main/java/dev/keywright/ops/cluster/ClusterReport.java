package dev.keywright.ops.cluster;

import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import java.util.List;

/**
 * What a check of a cluster saw.
 *
 * @param cluster where it was looked at, without user and password
 * @param covered how many of the 16,384 slots a master serves
 * @param keysMeasured of how many keys the size was asked
 * @param findings the worst first
 */
public record ClusterReport(
        String cluster,
        int covered,
        long keys,
        List<ClusterView.Node> nodes,
        long keysMeasured,
        List<Finding> findings) {

    public ClusterReport {
        nodes = List.copyOf(nodes);
        findings = List.copyOf(findings);
    }

    /** Whether anything is broken now. */
    public boolean hasErrors() {
        return findings.stream().anyMatch(finding -> finding.severity() == Severity.ERROR);
    }
}
