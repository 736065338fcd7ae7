package dev.margrave.workers.teacher;

/** Turns work done, in multiplications, into what the listener is told. */
final class SearchProgress {
  private final TeacherProgress.Listener listener;
  private final double total;
  private final int fits;
  private double done;
  private int fit;
  private double fitCost;
  private String description = "";

  SearchProgress(TeacherProgress.Listener listener, double total, int fits) {
    this.listener = listener;
    this.total = total;
    this.fits = fits;
  }

  void pixelsRead(TeacherProgress.Phase phase, double cost) {
    done += cost;
    listener.onProgress(
        new TeacherProgress(phase, 0, fits, "", 0, Double.NaN, Math.min(1, done / total)));
  }

  void fitBegins(String newDescription, double cost) {
    fit++;
    fitCost = cost;
    description = newDescription;
    iteration(0, Double.NaN, 1);
  }

  void iteration(int iteration, double meanLogLikelihoodNats, int maxIterations) {
    double now = done + fitCost * iteration / maxIterations;
    listener.onProgress(
        new TeacherProgress(
            TeacherProgress.Phase.MIXTURES,
            fit,
            fits,
            description,
            iteration,
            meanLogLikelihoodNats,
            Math.min(1, now / total)));
  }

  /** EM that converged early has done all of its work. */
  void fitEnds() {
    done += fitCost;
    fitCost = 0;
  }

  void done() {
    listener.onProgress(
        new TeacherProgress(TeacherProgress.Phase.DONE, 0, fits, "", 0, Double.NaN, 1));
  }
}
