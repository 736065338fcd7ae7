package dev.margrave.app.grafana;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The dashboards in {@code grafana/dashboards}. They are made anew by {@code mvn -pl app -am test
 * -Dtest=DashboardsTest -Dsurefire.failIfNoSpecifiedTests=false -Dmargrave.grafana.write=true}.
 */
final class Dashboards {
  private Dashboards() {}

  static List<Dashboard> all() {
    return List.of(
        MarginsDashboard.dashboard(), ClusterDashboard.dashboard(), TrainingDashboard.dashboard());
  }

  /** Where a dashboard's JSON is. */
  static Path file(Dashboard dashboard) {
    return GrafanaFiles.folder().resolve("dashboards").resolve(dashboard.uid() + ".json");
  }

  /** Writes all of them. */
  static void write() throws IOException {
    for (Dashboard dashboard : all()) {
      Files.writeString(file(dashboard), DashboardJson.text(dashboard));
    }
  }
}
