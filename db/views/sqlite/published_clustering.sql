SELECT
  dataset.name AS dataset,
  clustering.algorithm,
  clustering.n_clusters,
  clustering.tuned,
  clustering.silhouette,
  clustering.davies_bouldin,
  clustering.calinski_harabasz,
  clustering.stability,
  clustering.smallest_share,
  clustering.chosen
FROM clustering
JOIN published
  ON published.run_id = clustering.run_id
JOIN dataset
  ON dataset.dataset_id = published.dataset_id
