package dev.keywright.ops.deploy;

import dev.keywright.ops.Document;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns a deployment into the files that run it: configuration of every process, a script that makes passwords, systemd units and
 * scripts for hosts, a Compose file, Kubernetes manifests, and a page on how to operate it. Pure: the same deployment gives the same
 * files, and no file holds a password.
 */
public final class Deployer {

    private Deployer() {}

    public static List<TextFile> files(Deployment deployment) {
        Layout layout = Layout.of(deployment);
        Facts facts = new Facts(deployment, layout);
        List<TextFile> files = new ArrayList<>();
        files.add(new TextFile("OPERATE.md", new OperatePage(facts).text()));
        files.add(new TextFile(Deployment.FILE, Document.text(deployment)));
        files.addAll(configurations(deployment, layout));
        files.add(new TextFile("secrets.sh", facts.fill("secrets.sh")));
        files.addAll(Hosts.files(facts));
        files.addAll(Containers.files(facts));
        files.addAll(Kubernetes.files(facts));
        return List.copyOf(files);
    }

    /** The configuration of every process, for hosts. */
    static List<TextFile> configurations(Deployment deployment, Layout layout) {
        List<TextFile> files = new ArrayList<>();
        for (Node node : layout.servers()) {
            String path = (deployment.isCluster() ? "cluster/" : "") + node.name() + ".conf";
            files.add(new TextFile(path, conf(node, deployment, ServerConf.ofHost(deployment, node))));
        }
        for (Node node : layout.sentinels()) {
            files.add(new TextFile(
                    node.name() + ".conf", conf(node, deployment, SentinelConf.ofHost(deployment, layout, node))));
        }
        return files;
    }

    private static String conf(Node node, Deployment deployment, List<Setting> settings) {
        return "# " + node.name() + " of " + deployment.name() + " at " + node.address() + ", written for "
                + deployment.product() + ". install.sh puts it into place.\n" + lines(settings);
    }

    /** Each directive below its reason; redis.conf knows no comment behind a directive. */
    static String lines(List<Setting> settings) {
        StringBuilder text = new StringBuilder();
        for (Setting setting : settings) {
            text.append("\n# ").append(setting.why()).append('\n');
            text.append(setting.directive()).append(' ').append(setting.value()).append('\n');
        }
        return text.toString();
    }
}
